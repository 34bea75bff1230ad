//! How many IDs a second one core reads and judges: `cargo run --release -p byok-core --example rate`.
//!
//! Prints a line each: name, tab, number a second. `cargo xtask bench` reads them.

use std::fs;
use std::hint::black_box;
use std::time::Instant;

use byok_core::id;
use byok_core::recognise::recognise;

/// As often as this each list is judged from first to last.
const ROUNDS: usize = 20;

fn main() {
    let key = |n: usize| format!("https://kv-{n}.vault.azure.net/keys/kafka-{n}");
    texts("key identifiers", key);
    texts("key identifiers with version", |n| format!("{}/78deebed173b48e48f55abf87ed4cf71", key(n)));
    // As in `tests/bench/page.mjs`: three that are repaired and one that is refused.
    texts("broken key identifiers", |n| match n % 4 {
        0 => format!("{}/", key(n)),
        1 => format!("\"{}\"", key(n)),
        2 => key(n).replace(".net/", ".net:443/"),
        _ => key(n).replace("/keys/", "/secrets/"),
    });
    texts("resource IDs", |n| {
        format!(
            "/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg-{n}/providers/Microsoft.KeyVault/vaults/kv-{n}"
        )
    });
    texts("tenant IDs", |n| format!("{n:08x}-86f1-41af-91ab-2d7cd011db47"));
    texts("texts that are no ID", |n| format!("Hello, world {n}"));

    let line = "  \"id\": \"/subscriptions/72f988bf-86f1-41af-91ab-2d7cd011db47/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv-1\",\n";
    let paste = line.repeat(100_000);
    let seconds = time(|| {
        black_box(recognise(black_box(&paste)));
    });
    println!("bytes of one large paste\t{:.0}", paste.len() as f64 / seconds);
}

/// Judges a hundred thousand texts, again and again.
fn texts(name: &str, write: impl Fn(usize) -> String) {
    let texts: Vec<String> = (0..100_000).map(write).collect();
    let seconds = time(|| {
        for text in texts.iter().cycle().take(texts.len() * ROUNDS) {
            black_box(id::any(black_box(text)));
        }
    });
    println!("{name}\t{:.0}", (texts.len() * ROUNDS) as f64 / seconds);
}

/// Seconds that the core worked. The clock on the wall, where the kernel does not tell, also counts what others did.
fn time(work: impl FnOnce()) -> f64 {
    let (wall, core) = (Instant::now(), on_core());
    work();
    match (core, on_core()) {
        (Some(before), Some(after)) if after > before => (after - before) / 1e9,
        _ => wall.elapsed().as_secs_f64(),
    }
}

/// Nanoseconds that this thread has been on a core (Linux, `Documentation/scheduler/sched-stats.rst`).
fn on_core() -> Option<f64> {
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    told.split_whitespace().next()?.parse().ok()
}
