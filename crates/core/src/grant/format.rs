//! For which shell or tool, and which way.

/// A shell that runs `az`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shell {
    /// bash on Linux, on macOS and in Azure Cloud Shell; zsh takes the same.
    Bash,
    /// The bash that comes with Git for Windows.
    GitBash,
    /// Windows PowerShell 5.1 and PowerShell 7.
    PowerShell,
    /// The Command Prompt of Windows; a text to save as a `.cmd` file.
    Cmd,
}

impl Shell {
    /// All of them.
    pub const ALL: [Shell; 4] = [Shell::Bash, Shell::GitBash, Shell::PowerShell, Shell::Cmd];

    /// The name for a machine: `bash`, `git-bash`, `powershell`, `cmd`.
    pub fn as_str(self) -> &'static str {
        match self {
            Shell::Bash => "bash",
            Shell::GitBash => "git-bash",
            Shell::PowerShell => "powershell",
            Shell::Cmd => "cmd",
        }
    }

    /// The line break of a file for it. The Command Prompt misses labels of a file without carriage returns.
    pub fn line_break(self) -> &'static str {
        match self {
            Shell::Cmd => "\r\n",
            Shell::Bash | Shell::GitBash | Shell::PowerShell => "\n",
        }
    }
}

/// What the grant can be printed as. For Terraform, which registers the key too, see [`super::terraform`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Commands for a shell.
    Shell(Shell),
    /// A Bicep file.
    Bicep,
    /// An ARM template.
    Arm,
}

impl Format {
    /// All of them.
    pub const ALL: [Format; 6] = [
        Format::Shell(Shell::Bash),
        Format::Shell(Shell::GitBash),
        Format::Shell(Shell::PowerShell),
        Format::Shell(Shell::Cmd),
        Format::Bicep,
        Format::Arm,
    ];

    /// The name for a machine: `bash`, `git-bash`, `powershell`, `cmd`, `bicep`, `arm`.
    pub fn as_str(self) -> &'static str {
        match self {
            Format::Shell(shell) => shell.as_str(),
            Format::Bicep => "bicep",
            Format::Arm => "arm",
        }
    }

    /// The line break of a file of it.
    pub fn line_break(self) -> &'static str {
        match self {
            Format::Shell(shell) => shell.line_break(),
            Format::Bicep | Format::Arm => "\n",
        }
    }
}

/// To give access or to take it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Way {
    /// Confluent may use the vault's keys.
    Give,
    /// It may no longer; a running cluster loses its data.
    Take,
}
