"""A language server that knows one name, for tests: `gopls serve` as far as gomagic asks it.

FAKE_SECONDS: how long it takes for each answer but the first. It appends what it is told to the file FAKE_LOG.
"""

import json
import os
import sys
import time

ANSWERS = {
    "initialize": {"capabilities": {}},
    "textDocument/completion": {
        "items": [
            {"label": "Fake", "kind": 3, "detail": "func()", "textEdit": {"newText": "Fake"}},
            {"label": "other", "kind": 6, "detail": "int"},
        ]
    },
    "textDocument/hover": {"contents": {"kind": "plaintext", "value": "func Fake()\n"}},
    "textDocument/signatureHelp": {"signatures": [{"label": "Fake(n int)", "documentation": "Does nothing."}]},
}


def main():
    stdin, stdout = sys.stdin.buffer, sys.stdout.buffer

    def say(message):
        data = json.dumps(message).encode()
        stdout.write(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        stdout.flush()

    while header := stdin.readline():
        stdin.readline()
        message = json.loads(stdin.read(int(header.split(b":")[1])))
        with open(os.environ["FAKE_LOG"], "a") as log:
            log.write(f"{json.dumps(message)}\n")
        if "id" in message and "method" in message:
            if message["method"] != "initialize":
                say({"jsonrpc": "2.0", "id": "ask", "method": "workspace/configuration", "params": {}})
                time.sleep(float(os.environ.get("FAKE_SECONDS", "0")))
            say({"jsonrpc": "2.0", "id": message["id"], "result": ANSWERS[message["method"]]})


if __name__ == "__main__":
    main()
