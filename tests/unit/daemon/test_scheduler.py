"""Who is next."""

import pytest

from core_server.daemon.scheduler import MAX_OVERTAKEN, Scheduler, Ticket
from protocol.messages import Lane


def queue(*tickets: Ticket) -> Scheduler:
    scheduler = Scheduler()
    for ticket in tickets:
        scheduler.add(ticket)
    return scheduler


def run_all(scheduler: Scheduler, warm: str = "") -> list[str]:
    names = []
    while (ticket := scheduler.take(warm)) is not None:
        names.append(ticket.job)
    return names


def test_one_client_is_served_first_in_first_out():
    assert run_all(queue(Ticket("1", "a"), Ticket("2", "a"), Ticket("3", "a"))) == ["1", "2", "3"]


def test_a_client_with_one_job_does_not_wait_behind_another_with_fifty():
    scheduler = queue(*(Ticket(f"k{n}", "krita") for n in range(50)))
    scheduler.take()
    scheduler.add(Ticket("g", "gimp"))
    ticket = scheduler.take()
    assert ticket is not None
    assert ticket.job == "g"


def test_three_clients_take_turns():
    scheduler = queue(*(Ticket(f"{c}{n}", c) for c in "abc" for n in range(3)))
    assert [name[0] for name in run_all(scheduler)] == list("abcabcabc")


@pytest.mark.parametrize(
    ("lanes", "order"),
    [
        ((Lane.BATCH, Lane.INTERACTIVE), ["1", "0"]),
        ((Lane.INTERACTIVE, Lane.LIVE), ["1", "0"]),
        ((Lane.BATCH, Lane.LIVE, Lane.INTERACTIVE), ["1", "2", "0"]),
    ],
)
def test_urgent_lanes_go_first(lanes, order):
    scheduler = queue(*(Ticket(str(n), f"c{n}", lane) for n, lane in enumerate(lanes)))
    assert run_all(scheduler) == order


def test_a_live_job_supersedes_its_queued_predecessor_only():
    scheduler = queue(
        Ticket("old", "a", Lane.LIVE, replaces="canvas"),
        Ticket("other key", "a", Lane.LIVE, replaces="other"),
        Ticket("other client", "b", Lane.LIVE, replaces="canvas"),
    )
    assert scheduler.add(Ticket("new", "a", Lane.LIVE, replaces="canvas")) == ["old"]
    assert sorted(run_all(scheduler)) == ["new", "other client", "other key"]


def test_a_job_in_another_lane_supersedes_nothing():
    scheduler = queue(Ticket("old", "a", replaces="canvas"))
    assert scheduler.add(Ticket("new", "a", replaces="canvas")) == []


def test_the_warm_model_goes_first_but_only_so_often():
    warm = [Ticket(f"w{n}", "a", model="warm") for n in range(MAX_OVERTAKEN + 2)]
    names = run_all(queue(Ticket("cold", "a", model="cold"), *warm), warm="warm")
    assert names.index("cold") == MAX_OVERTAKEN


def test_the_announced_order_is_the_order_of_running():
    scheduler = queue(*(Ticket(f"{c}{n}", c) for c in "ab" for n in range(3)))
    announced = [ticket.job for ticket in scheduler.order()]
    assert announced == run_all(scheduler)


def test_a_removed_job_is_gone():
    scheduler = queue(Ticket("1", "a"), Ticket("2", "a"))
    assert scheduler.remove("1")
    assert not scheduler.remove("1")
    assert run_all(scheduler) == ["2"]


def test_a_job_put_back_is_the_first_of_its_client():
    scheduler = queue(Ticket("2", "a"))
    scheduler.put_back(Ticket("1", "a"))
    assert run_all(scheduler) == ["1", "2"]
