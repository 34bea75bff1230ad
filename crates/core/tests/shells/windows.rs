//! How a command line reaches `az` on Windows, by the documented rules.
//!
//! `az` is a batch file there; the installer's uses its arguments as they came between parentheses:
//! `@IF EXIST … ( "…\python.exe" -IBm azure.cli %* )`. So outside double quotes nothing may stand that the Command
//! Prompt reads, a closing parenthesis least of all; and then Python's start-up splits the line into arguments.

/// The arguments that Python gets from a line as `az.cmd` was given it.
///
/// # Errors
/// What would change the command's shape on the way.
pub fn az_cmd(line: &str) -> Result<Vec<String>, String> {
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => quoted = !quoted,
            '%' | '!' => return Err(format!("{letter} may be expanded in {line}")),
            '&' | '|' | '<' | '>' | '^' | '(' | ')' if !quoted => {
                return Err(format!("{letter} outside quotes in {line}"));
            }
            _ if letter.is_control() => return Err(format!("{letter:?} in {line}")),
            _ => {}
        }
    }
    if quoted { Err(format!("a quote is left open in {line}")) } else { Ok(split(line)) }
}

/// `CommandLineToArgvW`: white space splits outside quotes; backslashes matter only before a quote.
fn split(line: &str) -> Vec<String> {
    let mut arguments = Vec::new();
    let (mut argument, mut quoted, mut any) = (String::new(), false, false);
    let mut letters = line.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => {
                let mut count = 1;
                while letters.next_if_eq(&'\\').is_some() {
                    count += 1;
                }
                let before_quote = letters.peek() == Some(&'"');
                argument.push_str(&"\\".repeat(if before_quote { count / 2 } else { count }));
                if before_quote && count % 2 == 1 {
                    argument.push('"');
                    letters.next();
                }
                any = true;
            }
            '"' => {
                quoted = !quoted;
                any = true;
            }
            ' ' | '\t' if !quoted => {
                if any {
                    arguments.push(std::mem::take(&mut argument));
                }
                any = false;
            }
            _ => {
                argument.push(letter);
                any = true;
            }
        }
    }
    if any {
        arguments.push(argument);
    }
    arguments
}

#[test]
fn the_rules_catch_what_is_known_to_go_wrong() {
    // Azure/azure-cli issues 4225 and 28692: a parenthesis; 11003: an ampersand.
    for line in ["group show --name a(b)", "login -p )", "x a&calc", "x a|b", "x \"a", "x %PATH%", "x a^b"] {
        az_cmd(line).unwrap_err();
    }
    assert_eq!(
        az_cmd(r#"group show --name "a(b) c" -x"#).unwrap(),
        ["group", "show", "--name", "a(b) c", "-x"]
    );
    assert_eq!(split(r#"x "C:\t\a.txt" "" a\\b "q\"r""#), ["x", r"C:\t\a.txt", "", r"a\\b", "q\"r"]);
}
