"""`python -m core_server` is `impasto`. Nothing else happens here."""

import sys


def main() -> None:
    from core_server.cli.main import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
