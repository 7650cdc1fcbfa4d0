"""Who is next: fair between clients, urgent lanes first, warm models preferred within bounds.

Pure bookkeeping: no clock, no I/O, no worker.
"""

from collections import defaultdict
from dataclasses import dataclass

from protocol.messages import Lane

MAX_OVERTAKEN = 4
"""How often a job may be overtaken by a later one of its client whose model is warm."""

_URGENCY = (Lane.LIVE, Lane.INTERACTIVE, Lane.BATCH)


@dataclass
class Ticket:
    """A queued job. replaces: a newer live job of this client with this key supersedes it."""

    job: str
    client: str
    lane: Lane = Lane.INTERACTIVE
    model: str = ""
    replaces: str | None = None
    overtaken: int = 0


class Scheduler:
    """Round-robin between clients. Thread: loop only.

    In the most urgent lane that has jobs, the client whose last turn is longest ago is served;
    its jobs come first in, first out, except that one whose model is warm may overtake.
    """

    def __init__(self) -> None:
        self._queues: dict[str, list[Ticket]] = defaultdict(list)
        self._last_turn: dict[str, int] = {}
        self._turns = 0

    def __len__(self) -> int:
        return sum(len(queue) for queue in self._queues.values())

    def count(self, client: str) -> int:
        return len(self._queues[client]) if client in self._queues else 0

    def add(self, ticket: Ticket) -> list[str]:
        """Queue it; the jobs it supersedes leave the queue and are returned."""
        queue = self._queues[ticket.client]
        old = [t for t in queue if ticket.replaces and t.replaces == ticket.replaces]
        if ticket.lane is not Lane.LIVE:
            old = []
        self._queues[ticket.client] = [t for t in queue if t not in old] + [ticket]
        return [t.job for t in old]

    def put_back(self, ticket: Ticket) -> None:
        """Queue a job whose worker was lost in front of its client's others."""
        self._queues[ticket.client].insert(0, ticket)

    def remove(self, job: str) -> bool:
        for client, queue in self._queues.items():
            kept = [t for t in queue if t.job != job]
            if len(kept) < len(queue):
                self._queues[client] = kept
                return True
        return False

    def take(self, warm_model: str = "") -> Ticket | None:
        """The job to run now on a worker that has `warm_model` loaded."""
        for lane in _URGENCY:
            waiting = {
                client: [t for t in queue if t.lane is lane]
                for client, queue in self._queues.items()
            }
            clients = [client for client, tickets in waiting.items() if tickets]
            if clients:
                client = min(clients, key=lambda name: self._last_turn.get(name, -1))
                return self._serve(client, _prefer_warm(waiting[client], warm_model))
        return None

    def order(self) -> list[Ticket]:
        """All queued jobs in the order they would run if nothing else came."""
        trial = Scheduler()
        trial._queues |= {client: list(queue) for client, queue in self._queues.items()}
        trial._last_turn, trial._turns = dict(self._last_turn), self._turns
        found = []
        while (ticket := trial.take()) is not None:
            found.append(ticket)
        return found

    def _serve(self, client: str, ticket: Ticket) -> Ticket:
        queue = self._queues[client]
        queue.remove(ticket)
        if not queue:
            del self._queues[client]
        self._turns += 1
        self._last_turn[client] = self._turns
        return ticket


def _prefer_warm(tickets: list[Ticket], warm_model: str) -> Ticket:
    first = tickets[0]
    if not warm_model or first.model == warm_model or first.overtaken >= MAX_OVERTAKEN:
        return first
    for index, ticket in enumerate(tickets):
        if ticket.model == warm_model:
            for passed in tickets[:index]:
                passed.overtaken += 1
            return ticket
    return first
