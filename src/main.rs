//! Mounts the app on its own page; nothing else.

fn main() {
    byok_wizard::mount();
}
