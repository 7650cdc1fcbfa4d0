import json
import subprocess
import sys

import pytest

SCRIPT = """
import json, psutil, resource
from core_server.worker import heap

MB = 1 << 20
rss = lambda: psutil.Process().memory_info().rss // MB
faults = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_minflt

def block():
    begun = faults()
    bytearray(100 * MB)  # freed at once
    return faults() - begun

begun = rss()
heap.keep_freed()
first, second, kept = block(), block(), rss() - begun
heap.give_back()
print(json.dumps([first, second, kept, rss() - begun]))
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc only")
def test_freed_memory_is_used_again_without_page_faults_until_it_is_given_back() -> None:
    printed = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, check=True)
    first, second, kept_mb, left_mb = json.loads(printed.stdout)
    assert second < first / 10
    assert kept_mb > 90
    assert left_mb < 20
