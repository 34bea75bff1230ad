//! Reads a stream in pieces of whole lines, and has them judged side by side while order is kept.
//!
//! Memory is constant: a piece is what one read gave, up to [`CHUNK`], with the unfinished line before it; of a line
//! longer than [`LINE`] the rest is skipped. A piece is handed on as soon as it holds a line, so that a slow stream is
//! judged line by line.

use std::io::{self, Read, Write};
use std::sync::mpsc::sync_channel;
use std::thread;

use crate::output::quiet;

/// The most that is read at once, in bytes.
const CHUNK: usize = 1 << 17;
/// The longest line that is kept, in bytes; no ID is anywhere near.
pub(super) const LINE: usize = 2 << 20;
/// More would wait for the one that writes.
const LANES: usize = 4;

/// Whole lines, as they were read.
pub(super) struct Chunk {
    bytes: Vec<u8>,
    /// The number of the first line.
    first: u64,
    /// The number of the line of which the rest was skipped.
    cut: Option<u64>,
}

impl Chunk {
    /// How many bytes it holds.
    pub fn size(&self) -> usize {
        self.bytes.len()
    }

    /// Every line without its end: bytes, number, whether the rest was skipped.
    pub fn lines(&self) -> impl Iterator<Item = (&[u8], u64, bool)> {
        let bytes = self.bytes.strip_suffix(b"\n").unwrap_or(&self.bytes);
        bytes.split(|byte| *byte == b'\n').zip(self.first..).map(|(line, number)| {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            // A byte order mark belongs to the file, not to its first line.
            let mark = if number == 1 { line.strip_prefix("\u{FEFF}".as_bytes()) } else { None };
            (mark.unwrap_or(line), number, self.cut == Some(number))
        })
    }
}

/// Cuts a stream into chunks.
struct Chunks<R> {
    input: R,
    /// The unfinished line.
    rest: Vec<u8>,
    line: u64,
    /// Whether the unfinished line is longer than is kept.
    skipping: bool,
    ended: bool,
}

impl<R: Read> Chunks<R> {
    fn new(input: R) -> Self {
        Chunks { input, rest: Vec::new(), line: 1, skipping: false, ended: false }
    }

    fn next(&mut self) -> io::Result<Option<Chunk>> {
        while !self.ended {
            let mut bytes = std::mem::take(&mut self.rest);
            let held = bytes.len();
            bytes.resize(held + CHUNK, 0);
            let count = match bytes.get_mut(held..).map(|free| self.input.read(free)) {
                Some(Err(error)) if error.kind() == io::ErrorKind::Interrupted => {
                    bytes.truncate(held);
                    self.rest = bytes;
                    continue;
                }
                read => read.unwrap_or(Ok(0))?,
            };
            bytes.truncate(held + count);
            self.ended = count == 0;
            let last = bytes.get(held..).and_then(|new| new.iter().rposition(|byte| *byte == b'\n'));
            if let Some(last) = last {
                self.rest = bytes.split_off(held + last + 1);
            } else if !self.ended {
                self.keep(bytes);
                continue;
            }
            if !bytes.is_empty() {
                return Ok(Some(self.finish(bytes, held)));
            }
        }
        Ok(None)
    }

    /// Keeps an unfinished line, as far as lines are kept.
    fn keep(&mut self, mut bytes: Vec<u8>) {
        if bytes.len() > LINE {
            bytes.truncate(LINE);
            self.skipping = true;
        }
        self.rest = bytes;
    }

    /// A chunk of whole lines. `held` bytes of it were there before the last read.
    fn finish(&mut self, mut bytes: Vec<u8>, held: usize) -> Chunk {
        let first = self.line;
        let cut = if std::mem::take(&mut self.skipping) {
            // What the last read gave of the line that is too long goes the way of the rest.
            let end =
                bytes.iter().skip(held).position(|byte| *byte == b'\n').map_or(bytes.len(), |end| held + end);
            bytes.drain(held..end);
            Some(first)
        } else {
            None
        };
        self.line += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        Chunk { bytes, first, cut }
    }
}

/// What became of a chunk: the text to print, and whether all in it was usable.
pub(super) type Judged = (Vec<u8>, bool);

/// Has every chunk judged and prints the answers in order; whether all was usable.
pub(super) fn judge_all(
    input: impl Read + Send,
    mut output: impl Write,
    judge: impl Fn(&Chunk) -> io::Result<Judged> + Sync,
) -> io::Result<bool> {
    let lanes = thread::available_parallelism().map_or(1, |count| count.get().min(LANES));
    thread::scope(|scope| {
        let judge = &judge;
        let (mut chunks_to, mut judged_from) = (Vec::new(), Vec::new());
        for _ in 0..lanes {
            let (chunk_to, chunks) = sync_channel::<io::Result<Chunk>>(1);
            let (judged_to, judged) = sync_channel::<io::Result<Judged>>(1);
            chunks_to.push(chunk_to);
            judged_from.push(judged);
            scope.spawn(move || {
                for chunk in chunks {
                    if judged_to.send(chunk.and_then(|chunk| judge(&chunk))).is_err() {
                        break;
                    }
                }
            });
        }
        scope.spawn(move || {
            let mut chunks = Chunks::new(input);
            for lane in chunks_to.iter().cycle() {
                let Some(chunk) = chunks.next().transpose() else { break };
                let failed = chunk.is_err();
                if lane.send(chunk).is_err() || failed {
                    break;
                }
            }
        });
        let mut usable = true;
        for lane in judged_from.iter().cycle() {
            let Ok(judged) = lane.recv() else { break };
            let (text, all) = judged?;
            usable &= all;
            if let Some(result) = quiet(output.write_all(&text).and_then(|()| output.flush()), usable) {
                return result;
            }
        }
        Ok(usable)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its pieces one read at a time.
    struct Pieces(Vec<Vec<u8>>);

    impl Read for Pieces {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if self.0.is_empty() {
                return Ok(0);
            }
            let piece = self.0.remove(0);
            buffer[..piece.len()].copy_from_slice(&piece);
            Ok(piece.len())
        }
    }

    fn lines(pieces: &[&[u8]]) -> Vec<(String, u64, bool)> {
        let mut chunks = Chunks::new(Pieces(pieces.iter().map(|piece| piece.to_vec()).collect()));
        let mut out = Vec::new();
        while let Some(chunk) = chunks.next().unwrap() {
            out.extend(
                chunk
                    .lines()
                    .map(|(line, number, cut)| (String::from_utf8_lossy(line).into_owned(), number, cut)),
            );
        }
        out
    }

    #[test]
    fn lines_are_whole_however_they_are_read() {
        let expected = [("a".to_owned(), 1, false), (String::new(), 2, false), ("bc".to_owned(), 3, false)];
        for pieces in [
            &[b"a\r\n\nbc".as_slice()] as &[&[u8]],
            &[b"a\n", b"\n", b"bc\n"],
            &[b"\xEF\xBB\xBFa", b"\r\n\nb", b"c", b"\n"],
        ] {
            assert_eq!(lines(pieces), expected);
        }
        assert_eq!(lines(&[]), []);
    }

    #[test]
    fn of_a_line_that_is_too_long_the_rest_is_skipped_and_the_next_is_whole() {
        let piece = vec![b'x'; CHUNK];
        let mut pieces: Vec<&[u8]> = vec![b"a\n"];
        pieces.extend(std::iter::repeat_n(piece.as_slice(), LINE / CHUNK + 5));
        pieces.extend([b"yyy\nb\n".as_slice(), b"c"]);
        let found = lines(&pieces);
        let told: Vec<(usize, u64, bool)> =
            found.iter().map(|(text, number, cut)| (text.len(), *number, *cut)).collect();
        assert_eq!(told, [(1, 1, false), (LINE, 2, true), (1, 3, false), (1, 4, false)]);
    }

    #[test]
    fn answers_come_in_order() {
        let text: String = (0..200_000).map(|number| format!("{number}\n")).collect();
        let mut output = Vec::new();
        let judge = |chunk: &Chunk| {
            let lines = chunk
                .lines()
                .map(|(line, number, _)| [line, b"=", (number - 1).to_string().as_bytes(), b"\n"].concat());
            Ok((lines.collect::<Vec<_>>().concat(), true))
        };
        assert!(judge_all(text.as_bytes(), &mut output, judge).unwrap());
        let output = String::from_utf8(output).unwrap();
        assert_eq!(output.lines().count(), 200_000);
        for (number, line) in output.lines().enumerate() {
            assert_eq!(line, format!("{number}={number}"));
        }
    }

    #[test]
    fn an_error_of_the_reader_is_told_after_what_was_read_before() {
        struct Broken(bool);
        impl Read for Broken {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if std::mem::replace(&mut self.0, true) {
                    return Err(io::Error::other("unplugged"));
                }
                buffer[..2].copy_from_slice(b"a\n");
                Ok(2)
            }
        }
        let mut output = Vec::new();
        let result = judge_all(Broken(false), &mut output, |_| Ok((b"judged".to_vec(), true)));
        assert_eq!((result.unwrap_err().to_string(), output), ("unplugged".to_owned(), b"judged".to_vec()));
    }
}
