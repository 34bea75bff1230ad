# Measures Microsoft's Python parser on the key identifiers of crates/core/examples/rate.rs: a line each, name, tab,
# number a second of this thread. Run by `cargo xtask bench` in the virtual environment of the Azure CLI.

import time

from azure.keyvault.keys import KeyVaultKeyIdentifier

COUNT = 50_000
VERSION = "78deebed173b48e48f55abf87ed4cf71"


def key(n):
    return f"https://kv-{n}.vault.azure.net/keys/kafka-{n}"


def broken(n):
    return [
        key(n) + "/",
        f'"{key(n)}"',
        key(n).replace(".net/", ".net:443/"),
        key(n).replace("/keys/", "/secrets/"),
    ][n % 4]


def parse(text):
    try:
        found = KeyVaultKeyIdentifier(text)
        return found.vault_url, found.name, found.version
    except ValueError:
        return None


def rate(name, write):
    texts = [write(n) for n in range(COUNT)]
    started = time.thread_time()
    for text in texts:
        parse(text)
    print(f"{name}\t{COUNT / (time.thread_time() - started):.0f}")


rate("key identifiers", key)
rate("key identifiers with version", lambda n: f"{key(n)}/{VERSION}")
rate("broken key identifiers", broken)
