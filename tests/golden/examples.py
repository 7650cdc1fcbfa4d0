"""Example messages of every type: the golden frames are made of them and compared with them.

Declares messages only; `write.py` turns them into the files beside it.
"""

from __future__ import annotations

from dataclasses import dataclass

from protocol.errors import Remedy
from protocol.geometry import Rect
from protocol.messages import (
    Accepted,
    Attach,
    Cancel,
    Deliver,
    DeviceStatus,
    Done,
    Error,
    ErrorInfo,
    Failed,
    Hello,
    History,
    HistoryEntry,
    HistoryPage,
    Input,
    Item,
    JobState,
    JobStatus,
    Lane,
    Limits,
    Memory,
    MemoryReport,
    Message,
    ModelInfo,
    ModelList,
    Models,
    OnDisconnect,
    Output,
    Phase,
    Preview,
    Progress,
    Result,
    Shutdown,
    Status,
    StatusReport,
    Submit,
    WasCancelled,
    Welcome,
)
from protocol.params import Catalogue, Choice, Image, Number, Operation, Option, Seed, Text
from protocol.pixels import ColorSpace, PixelLayout, Rows

CLIENT = "5f0c6f0e9c1b4b0f8a3e2d1c0b9a8f7e"
JOB = "3b241101-e2bb-4255-8caf-4136c566a962"
OTHER_JOB = "9a3f0f0a-6d0e-4d53-9f0b-0b8f4d7f0e11"

PICTURE = bytes(range(16))
"""2×2 rgba8."""
MASK = bytes((0, 255, 128, 0))
"""2×2 gray8."""


@dataclass(frozen=True)
class Example:
    """One message with its blobs; `case` names it among those of its type."""

    case: str
    message: Message
    blobs: tuple[bytes, ...] = ()


CATALOGUE = Catalogue(
    (
        Operation(
            "inpaint",
            "Inpaint",
            "Repaint the selected region.",
            (
                Image("image", "Image", "The picture to work on."),
                Image("mask", "Mask", "Where to repaint.", role="mask", min_count=0),
                Text("prompt", "Prompt", "What to paint.", multiline=True, max_length=2000),
                Choice(
                    "intent",
                    "Intent",
                    "What shall happen.",
                    options=(Option("fill", "Fill"), Option("remove", "Remove")),
                    default="fill",
                ),
                Number(
                    "steps",
                    "Steps",
                    "Empty: the model's own.",
                    visibility="advanced",
                    minimum=1.0,
                    maximum=150.0,
                    step=1.0,
                    integer=True,
                    nullable=True,
                ),
                Seed("seed", "Seed"),
            ),
        ),
    )
)

SUBMIT = Submit(
    id="2",
    job=JOB,
    operation="inpaint",
    params={"prompt": "a small lighthouse", "seed": 7, "steps": None},
    inputs=(
        Input("image", Rect(-1, 40, 2, 2), PixelLayout.BGRA8, 0, name="Background"),
        Input("mask", Rect(-1, 40, 2, 2), PixelLayout.GRAY8, 1),
    ),
    canvas=Rect(0, 0, 640, 480),
)

OUT_OF_MEMORY = ErrorInfo(
    "out_of_memory",
    "This area needs more GPU memory than is free; select a smaller one.",
    remedy=Remedy("free_memory"),
    log_id="5c1d9e",
)

REQUESTS = (
    Example("first", Hello("1", CLIENT, "krita")),
    Example(
        "full",
        Hello("1", CLIENT, "Krita auf Jörgs Rechner", "0.1.0", "de_DE", CATALOGUE.digest),
    ),
    Example("inpaint", SUBMIT, (PICTURE, MASK)),
    Example("minimal", Submit("2", JOB, "generate")),
    Example(
        "full",
        Submit(
            id="2",
            job=JOB,
            operation="vary",
            params={
                "prompt": "灯台 🗼",
                "strength": 0.5,
                "list": [1, [True, None]],
                "open": {"a": "b"},
            },
            inputs=(
                Input(
                    "image",
                    Rect(3, 4, 1, 2),
                    PixelLayout.RGBA16F,
                    0,
                    rows=Rows.BOTTOM,
                    space=ColorSpace.LINEAR,
                ),
            ),
            canvas=Rect(0, 0, 64, 64),
            output=Output(PixelLayout.RGBA32F, Rows.BOTTOM, ColorSpace.LINEAR),
            lane=Lane.LIVE,
            replaces="brush",
            deliver=Deliver.FLATTENED,
            on_disconnect=OnDisconnect.CANCEL,
        ),
        (PICTURE,),
    ),
    Example(
        "control",
        Submit(
            id="2",
            job=JOB,
            operation="generate",
            params={"prompt": "a mossy stone", "control_strength": 0.5},
            inputs=(Input("control", Rect(0, 0, 2, 2), PixelLayout.GRAY8, 0, "depth"),),
        ),
        (MASK,),
    ),
    Example("attach", Attach("3", JOB)),
    Example("cancel", Cancel("4", JOB)),
    Example("status", Status("5")),
    Example("models", Models("6")),
    Example("newest", History("7")),
    Example("one", History("7", job=JOB)),
    Example("search", History("7", limit=10, before=1767225600.5, search="lighthouse")),
    Example("release", Memory("8")),
    Example("shutdown", Shutdown("9")),
)

REPLIES = (
    Example(
        "first",
        Welcome(
            "1",
            daemon_version="0.1.0",
            pid=4711,
            features=("attach", "preview", "live", "history"),
            limits=Limits(),
            catalogue_digest=CATALOGUE.digest,
            catalogue=CATALOGUE.to_json(),
        ),
    ),
    Example(
        "again",
        Welcome(
            "1",
            daemon_version="0.1.0",
            pid=4711,
            features=("attach",),
            limits=Limits(side=8192, candidates=4),
            catalogue_digest=CATALOGUE.digest,
            locale="de_DE",
            jobs=(JOB, OTHER_JOB),
        ),
    ),
    Example("queued", Accepted("2", JOB, position=3)),
    Example("at_work", Accepted("2", JOB)),
    Example("queued", Progress(JOB, Phase.QUEUED, position=2, eta_s=41.5)),
    Example(
        "painting",
        Progress(JOB, Phase.PAINTING, eta_s=3.2, step=7, steps=20, preview=Preview(2, 2, 0)),
        (PICTURE,),
    ),
    Example("loading", Progress(JOB, Phase.LOADING, message="Loading pocket.")),
    Example(
        "two",
        Result(
            JOB,
            (
                Item(
                    "layer",
                    Rect(-1, 40, 2, 2),
                    PixelLayout.BGRA8,
                    0,
                    "a small lighthouse",
                    score=0.3125,
                    seed=8,
                ),
                Item(
                    "layer",
                    Rect(-1, 40, 2, 2),
                    PixelLayout.BGRA8,
                    1,
                    "a small lighthouse",
                    score=0.25,
                    seed=7,
                ),
            ),
            record={"operation": "inpaint", "model": "pocket", "seed": 7, "steps": 20},
            notes=("The model paints small pictures; this one was enlarged.",),
        ),
        (PICTURE, PICTURE[::-1]),
    ),
    Example(
        "linear",
        Result(
            JOB,
            (
                Item(
                    "layer",
                    Rect(0, 0, 1, 1),
                    PixelLayout.RGBA32F,
                    0,
                    rows=Rows.BOTTOM,
                    space=ColorSpace.LINEAR,
                ),
            ),
        ),
        (PICTURE,),
    ),
    Example(
        "maps",
        Result(
            JOB,
            (
                Item(
                    "map",
                    Rect(-1, 40, 2, 2),
                    PixelLayout.GRAY8,
                    0,
                    "height",
                    space=ColorSpace.LINEAR,
                ),
                Item(
                    "map",
                    Rect(-1, 40, 2, 2),
                    PixelLayout.RGBA8,
                    1,
                    "normal",
                    space=ColorSpace.LINEAR,
                ),
            ),
            record={"operation": "material"},
            notes=("The maps are derived from the picture's brightness, not measured.",),
        ),
        (MASK, PICTURE),
    ),
    Example("machine", Failed(JOB, OUT_OF_MEMORY)),
    Example(
        "rejected",
        Failed(
            JOB,
            ErrorInfo(
                "out_of_range",
                "Steps is 151; it must be from 1 to 150.",
                "params.steps",
                Remedy("set_param", "steps", 150),
            ),
        ),
    ),
    Example("cancelled", WasCancelled(JOB)),
    Example("done", Done("4")),
    Example("with_message", Done("9", "One job will go on at the next start.")),
    Example(
        "refused",
        Error("4", ErrorInfo("not_owner", "Only the program that asked for a job can cancel it.")),
    ),
    Example("unreadable", Error("", ErrorInfo("bad_frame", "The header is not a JSON object."))),
    Example(
        "busy",
        StatusReport(
            "5",
            daemon_version="0.1.0",
            pid=4711,
            uptime_s=3600.5,
            memory_mb=182.4,
            endpoints=("ipc:///home/ada/.local/share/impasto/daemon.sock", "tcp://127.0.0.1:41234"),
            devices=(
                DeviceStatus(
                    "cuda:0", "busy", "NVIDIA RTX 4070", 4712, JOB, "pocket", 812.0, 12282.0
                ),
                DeviceStatus("cpu", "stopped"),
            ),
            jobs=(
                JobStatus(JOB, "krita", "inpaint", JobState.RUNNING, mine=True, eta_s=3.2),
                JobStatus(
                    OTHER_JOB, "gimp", "generate", JobState.QUEUED, position=1, lane=Lane.BATCH
                ),
            ),
        ),
    ),
    Example("idle", StatusReport("5", "0.1.0", 4711, 0.5, 60.0, ("tcp://127.0.0.1:41234",))),
    Example(
        "one",
        ModelList(
            "6",
            (
                ModelInfo(
                    "pocket",
                    "Pocket",
                    "unclip",
                    True,
                    {"generate": "yes", "mix": "yes", "depth": "no"},
                    defaults={"steps": 20, "guidance_scale": 3.5, "sampler": "ddim", "width": None},
                    samplers=("ddim",),
                    licence="MIT",
                    size_bytes=31457280,
                    note="Small pictures.",
                    default=True,
                ),
            ),
        ),
    ),
    Example("none", ModelList("6", ())),
    Example(
        "page",
        HistoryPage(
            "7",
            (
                HistoryEntry(
                    JOB,
                    "krita",
                    "inpaint",
                    JobState.DONE,
                    1767225600.5,
                    prompt="a small lighthouse",
                    model="pocket",
                    seconds=4.25,
                    items=2,
                ),
                HistoryEntry(
                    OTHER_JOB,
                    "gimp",
                    "generate",
                    JobState.FAILED,
                    1767225500.0,
                    error=OUT_OF_MEMORY,
                ),
            ),
        ),
    ),
    Example(
        "one",
        HistoryPage(
            "7",
            (
                HistoryEntry(
                    JOB,
                    "krita",
                    "inpaint",
                    JobState.DONE,
                    1767225600.5,
                    items=1,
                    record={"seed": 7},
                ),
            ),
            (Item("layer", Rect(-1, 40, 2, 2), PixelLayout.BGRA8, 0, seed=7),),
            Submit(
                id="2",
                job=JOB,
                operation="inpaint",
                params={"prompt": "a small lighthouse"},
                inputs=(
                    Input("image", Rect(-1, 40, 2, 2), PixelLayout.BGRA8, 1),
                    Input("mask", Rect(-1, 40, 2, 2), PixelLayout.GRAY8, 2),
                ),
                canvas=Rect(0, 0, 640, 480),
            ),
        ),
        (PICTURE, PICTURE[::-1], MASK),
    ),
    Example("released", MemoryReport("8", ("cuda:0",))),
)

EXAMPLES = (*REQUESTS, *REPLIES)
