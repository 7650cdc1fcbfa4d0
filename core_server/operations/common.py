"""Parameters that several operations share, each declared once."""

from core_server.operations.styles import Style
from protocol.params import (
    Choice,
    Image,
    Model,
    Number,
    Option,
    Seed,
    Text,
    Toggle,
    Visibility,
)

PROMPT = Text("prompt", "Prompt", "What to paint, in a few words.", multiline=True, max_length=2000)
NEGATIVE_PROMPT = Text(
    "negative_prompt", "Negative prompt", "What to avoid.", visibility="advanced", max_length=2000
)
COUNT = Number(
    "count", "Candidates", "How many pictures to paint.",
    minimum=1, maximum=10, step=1, default=1, integer=True,
)  # fmt: skip
SEED = Seed("seed", "Seed", "Decides the noise; the same seed paints the same picture again.")
STEPS = Number(
    "steps", "Steps", "Denoising steps; more is finer and slower. Empty: the model's own.",
    visibility="advanced", minimum=1, maximum=150, step=1, integer=True, nullable=True,
)  # fmt: skip
GUIDANCE_SCALE = Number(
    "guidance_scale", "Guidance scale", "How closely to follow the prompt. Empty: the model's own.",
    visibility="advanced", minimum=0.0, maximum=30.0, step=0.1, nullable=True,
)  # fmt: skip
SAMPLER = Choice(
    "sampler", "Sampler", "How the noise is removed. Empty: the model's own.",
    visibility="advanced", nullable=True,
    options=(
        Option("euler", "Euler"),
        Option("euler_a", "Euler ancestral"),
        Option("heun", "Heun"),
        Option("dpmpp_2m", "DPM++ 2M"),
        Option("dpmpp_2m_karras", "DPM++ 2M Karras"),
        Option("dpmpp_2m_sde_karras", "DPM++ 2M SDE Karras"),
        Option("unipc", "UniPC"),
        Option("ddim", "DDIM"),
        Option("lcm", "LCM"),
    ),
)  # fmt: skip
MODEL = Model("model", "Model", "Which model paints. Empty: the default model.")
RANK = Toggle(
    "rank", "Rank by CLIP", "Put the candidates that fit the prompt best first.",
    visibility="advanced", default=True,
)  # fmt: skip
TRANSPARENT = Toggle(
    "transparent",
    "Transparent background",
    "Paint the subject alone, on nothing.",
)
IMAGE = Image("image", "Image", "The picture to work on.", role="image")
SIDES_THAT_MEET = (
    Option("none", "No"),
    Option("x", "Left–right"),
    Option("y", "Top–bottom"),
    Option("both", "Both"),
)

SAMPLING = (STEPS, GUIDANCE_SCALE, SAMPLER)


def strength(default: float, help_text: str) -> Number:
    return Number(
        "strength", "Strength", help_text, minimum=0.0, maximum=1.0, step=0.01, default=default
    )


def tile(help_text: str, visibility: Visibility = "basic") -> Choice:
    return Choice(
        "tile", "Seamless", help_text, visibility, default="none", options=SIDES_THAT_MEET
    )


def style(styles: dict[str, Style]) -> Choice:
    return Choice(
        "style", "Style", "Adds words to the prompt; the presets are in styles.toml.",
        options=(
            Option("none", "None"),
            *(Option(name, entry.label) for name, entry in styles.items()),
        ),
        default="none",
    )  # fmt: skip
