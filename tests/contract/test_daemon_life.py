"""The daemon's own life: one per user, light, clean ends, and nothing lost over a restart."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from core_server.transport_zmq import ZmqDealer
from protocol import errors
from protocol.client import Client, Identity, Link, connect_to, new_id
from protocol.connection import USERNAME, Connection, Lock, read_connection, start_daemon
from protocol.messages import History, JobState, Result
from protocol.pixels import PixelLayout
from tests.contract.test_daemon import picture, rehearsal, rehearse, wait_until
from tests.daemons import DaemonProcess, fresh_daemon

pytestmark = pytest.mark.usefixtures("short_waits")


@pytest.fixture(scope="module")
def daemon():
    with fresh_daemon() as running:
        yield running


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_the_daemon_never_loads_torch_nor_numpy(daemon):
    with daemon.client() as client:
        rehearse(client).wait(20)
    maps = Path(f"/proc/{daemon.pid}/maps").read_text()
    assert "libtorch" not in maps
    assert "numpy" not in maps


def test_the_idle_daemon_stays_below_90_mb(daemon):
    with daemon.client() as client:
        rehearse(client, picture(PixelLayout.RGBA8, 512, 512)).wait(20)
    assert psutil.Process(daemon.pid).memory_info().rss < 90 * 2**20


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no mode bits")
def test_only_the_user_can_read_the_connection_file(daemon):
    mode = stat.S_IMODE((daemon.home / "connection.json").stat().st_mode)
    assert mode == 0o600


def test_the_token_is_in_no_log(daemon):
    with daemon.client() as client:
        rehearse(client, outcome="fail")
    assert daemon.connection().token not in daemon.log()


def test_a_second_daemon_says_where_the_first_listens(daemon):
    second = subprocess.run(
        [sys.executable, "-c", "from core_server.daemon.serve import serve; serve()"],
        env={**os.environ, "IMPASTO_HOME": str(daemon.home)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert second.returncode != 0
    for endpoint in daemon.connection().endpoints:
        assert endpoint in second.stderr


@pytest.mark.parametrize("scheme", ["ipc", "tcp"])
@pytest.mark.parametrize("transport", ["own", "pyzmq"])
def test_a_wrong_token_is_unauthorized_on_every_socket(daemon, scheme, transport):
    right = daemon.connection()
    endpoint = next(e for e in right.endpoints if e.startswith(scheme))
    if transport == "own":
        wrong = Connection((endpoint,), "wrong", right.protocol, right.daemon_version, right.pid)
        with pytest.raises(errors.Unauthorized):
            connect_to(wrong)
        return
    dealer = ZmqDealer(endpoint, username=USERNAME, password="wrong")
    with pytest.raises(errors.Unauthorized):
        dealer.connect(5)
    dealer.close()


def test_both_endpoints_serve(daemon):
    for endpoint in daemon.connection().endpoints:
        here = daemon.connection()
        only = Connection((endpoint,), here.token, here.protocol, here.daemon_version, here.pid)
        with Client(lambda only=only: connect_to(only), Identity("me", "test")) as client:
            assert isinstance(rehearse(client).wait(20), Result)


@pytest.mark.parametrize("address", ["0.0.0.0", "192.168.1.5", "::"])
def test_another_address_without_keys_is_refused_with_advice(tmp_path, address):
    (tmp_path / "settings.toml").write_text(f'bind = "{address}"\n')
    refused = subprocess.run(
        [sys.executable, "-m", "core_server", "serve"],
        env={**os.environ, "IMPASTO_HOME": str(tmp_path)},
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert refused.returncode != 0
    assert "curve_keys" in refused.stdout + refused.stderr
    assert not (tmp_path / "connection.json").exists()


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_jobs_survive_the_end_of_the_daemon(end):
    with fresh_daemon() as daemon, daemon.client() as client:
        running = rehearse(client, steps=12, step_s=0.05)
        queued = rehearse(client, picture(PixelLayout.RGBA8))
        wait_until(lambda: queued.is_accepted and running.progress is not None)
        code = daemon.stop(end)
        assert code == (0 if end is not signal.SIGKILL else -signal.SIGKILL)
        assert (daemon.home / "connection.json").exists() == (end is signal.SIGKILL)
        if end is signal.SIGKILL:
            (daemon.home / "connection.json").unlink()  # so that start() sees the new one
        daemon.start()
        assert isinstance(running.wait(30), Result)
        assert isinstance(queued.wait(30), Result)


def test_a_job_that_was_running_through_two_crashes_of_the_daemon_is_lost():
    with fresh_daemon() as daemon, daemon.client() as client:
        job = rehearse(client, steps=1000, step_s=0.05)
        for _ in range(2):
            wait_until(lambda: job.progress is not None and job.progress.step > 0)
            daemon.stop(signal.SIGKILL)
            (daemon.home / "connection.json").unlink()
            job.progress = None
            daemon.start()
        with pytest.raises(errors.WorkerLost):
            job.wait(20)


def runs(process: psutil.Process) -> bool:
    """Whether it does; the dead may lie about until the system's first process looks for them."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_workers_die_with_a_killed_daemon():
    with fresh_daemon() as daemon:
        with daemon.client() as client:
            rehearse(client).wait(20)
            family = psutil.Process(daemon.pid).children(recursive=True)
        assert family
        daemon.stop(signal.SIGKILL)
        wait_until(lambda: not any(runs(process) for process in family), 10)


def test_the_leftovers_of_a_killed_daemon_are_recognised(impasto_home):
    daemon = DaemonProcess(impasto_home)
    impasto_home.mkdir()
    daemon.start()
    daemon.stop(signal.SIGKILL)
    assert (impasto_home / "connection.json").exists()
    with pytest.raises(errors.NotRunning):
        read_connection()
    assert not Lock.is_held()
    try:
        assert daemon.start().client().link.value == "ready"
    finally:
        daemon.stop()


def test_a_client_starts_the_daemon_that_the_launcher_names(impasto_home):
    from protocol.connection import write_launcher

    write_launcher()
    connection = start_daemon(timeout_s=20)
    try:
        again = start_daemon(timeout_s=20)
        assert again == connection
        with Client(lambda: connect_to(connection), Identity("me", "test")) as client:
            assert client.wait_ready(10).pid == connection.pid
    finally:
        os.kill(connection.pid, signal.SIGTERM)
        wait_until(lambda: not Lock.is_held())


def test_old_pictures_make_room_for_new_ones():
    with fresh_daemon("results_mb = 1\n") as daemon, daemon.client() as client:
        jobs = []
        for _ in range(4):
            jobs.append(rehearse(client, picture(PixelLayout.RGBA8, 256, 256)))
            jobs[-1].wait(20)
        kept = [
            client.request(History(new_id(), job=job.id)).message.entries[0].items for job in jobs
        ]
        assert kept[-1] == 1
        assert kept[0] == 0
        again = daemon.client(client.identity.client_id)
        with again, pytest.raises(errors.NotFound, match="make room"):
            again.attach(jobs[0].id).wait(5)


def test_a_full_disk_refuses_the_job_and_serves_on(daemon):
    """The kernel's own "no space left": the first input's path leads to /dev/full."""
    with daemon.client() as client:
        submit = rehearsal(job="00000000-0000-4000-8000-00000000f011")
        folder = daemon.home / "jobs" / submit.job
        folder.mkdir()
        (folder / "input-0.raw").symlink_to("/dev/full")
        with pytest.raises(errors.DiskFull) as full:
            client.submit(submit, [picture(PixelLayout.RGBA8)]).wait(20)
        assert full.value.remedy.action == "free_disk"
        assert isinstance(rehearse(client).wait(20), Result)


def test_a_damaged_history_entry_does_not_stop_the_daemon():
    with fresh_daemon() as daemon, daemon.client() as client:
        job = rehearse(client)
        job.wait(20)
        for raw in (daemon.home / "jobs" / job.id).iterdir():
            raw.unlink()
        with pytest.raises(errors.ImpastoError):
            client.request(History(new_id(), job=job.id))
        assert isinstance(rehearse(client).wait(20), Result)


def test_cancelled_jobs_stay_cancelled_after_a_restart():
    with fresh_daemon() as daemon, daemon.client() as client:
        blocker = rehearse(client, steps=1000, step_s=0.05)
        doomed = rehearse(client)
        wait_until(lambda: doomed.is_accepted)
        doomed.cancel()
        with pytest.raises(errors.Cancelled):
            doomed.wait(5)
        daemon.stop()
        daemon.start()
        wait_until(lambda: client.link is Link.READY and client.welcome.pid == daemon.pid)
        page = client.request(History(new_id(), job=doomed.id)).message
        assert page.entries[0].state is JobState.CANCELLED
        blocker.cancel()
        with pytest.raises(errors.Cancelled):
            blocker.wait(20)
