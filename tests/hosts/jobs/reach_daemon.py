"""A job for any program: whether it reaches the daemon, and can start programs outside."""

import json
import os
import socket
import subprocess


def job(tools):
    home = os.environ["IMPASTO_HOME"]
    with open(home + "/connection.json", encoding="utf-8") as connection:
        endpoints = json.load(connection)["endpoints"]
    tcp = next(e for e in endpoints if e.startswith("tcp"))
    host, port = tcp.removeprefix("tcp://").rsplit(":", 1)
    with socket.create_connection((host, int(port)), 5) as peer:
        greeting = peer.recv(1)
    outside = subprocess.check_output(tools.arguments["outside"], text=True)
    return {"home": home, "greeting": greeting[0], "outside": outside.strip()}
