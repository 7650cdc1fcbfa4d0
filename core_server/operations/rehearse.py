"""rehearse: a job that paints nothing, for testing everything around the painting."""

from protocol.params import Choice, Image, Number, Operation, Option

REHEARSE = "rehearse"


def rehearse() -> Operation:
    return Operation(
        REHEARSE,
        "Rehearse",
        "Give the pictures back as they came, after some idle steps.",
        (
            Image(
                "image", "Images", "Come back bit for bit; without one, a gradient comes.",
                role="image", min_count=0, max_count=16,
            ),
            Image("mask", "Mask", "Is stored, and not used.", role="mask", min_count=0),
            Number(
                "steps", "Steps", "How many steps to report.",
                minimum=0, maximum=1000, step=1, default=0, integer=True,
            ),
            Number(
                "step_s", "Seconds per step", "How long a step takes.",
                minimum=0, maximum=60, step=0.01, default=0, unit="s",
            ),
            Choice(
                "outcome", "Outcome", "How the job ends, after its steps.", default="ok",
                options=(
                    Option("ok", "Well"),
                    Option("fail", "An unforeseen error"),
                    Option("crash", "The worker dies"),
                    Option("hang", "The worker never answers again"),
                    Option("oom", "No memory is left"),
                    Option("disk_full", "The disk is full"),
                ),
            ),
        ),
        visibility="hidden",
    )  # fmt: skip
