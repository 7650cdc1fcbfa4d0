"""Trains pocket's CLIP: pictures against captions, and at once its text side against a teacher.

It must not be needed to paint. Soft labels: every caption of a picture's concept counts as a match.
"""

from __future__ import annotations

import time
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional

from core_server.pocket.clip import (
    CLIP,
    ClipConfig,
    FactorisedEmbedding,
    Tokenizer,
    build_clip,
    read_images,
    read_text,
)
from core_server.pocket.data.dataset import Dataset, load_dataset
from core_server.pocket.data.drawings import on_white
from core_server.pocket.train.feed import Pictures, feed
from core_server.pocket.train.phrases import dictionary, foreign_phrases, phrases
from core_server.pocket.train.run import (
    Average,
    Clock,
    RunOptions,
    gradient_norm,
    prepare,
    restore,
    save,
    to_signed,
)
from core_server.pocket.train.teacher import TEACHER_WIDTH, Teacher

_PHRASES = 90_000
_LAYOUT_CELLS = 4
DECAY = 0.3


class Lessons(nn.Module):
    """Heads that only training needs: the teacher's space (text), coarse colours (pictures)."""

    def __init__(self, config: ClipConfig) -> None:
        super().__init__()
        self.sentence = nn.Linear(config.embed_dim, TEACHER_WIDTH)
        self.layout = nn.Linear(config.embed_dim, 3 * _LAYOUT_CELLS * _LAYOUT_CELLS)


def starting_table(teacher: Teacher, tokenizer: Tokenizer, width: int) -> Tensor:
    """(vocabulary, width): principal components of the teacher's vectors of all vocabulary."""
    vectors = teacher.embed([word.strip() or "." for word in tokenizer.words()])
    centred = vectors - vectors.mean(0)
    _, axes = torch.linalg.eigh(centred.T @ centred)
    table = centred @ axes[:, -width:].flip(1)
    # A softened whitening: directions with little variance still tell near words apart.
    table = table / table.std(0).sqrt()
    scaled: Tensor = table / table.std()
    return scaled


def contrast(image: Tensor, text: Tensor, concepts: Tensor, scale: Tensor) -> Tensor:
    """Symmetric cross entropy of (n,d) unit vectors; rows of one concept share the probability."""
    scores = scale * image @ text.T
    same = (concepts[:, None] == concepts[None]).float()
    target = same / same.sum(1, keepdim=True)
    across = -(target * functional.log_softmax(scores, 1)).sum(1).mean()
    down = -(target * functional.log_softmax(scores.T, 1)).sum(1).mean()
    return (across + down) / 2


@torch.no_grad()
def retrieval(
    clip: CLIP, tokenizer: Tokenizer, data: Dataset, rows: npt.NDArray[np.int64]
) -> dict[str, float]:
    """How often a drawing's concept is the first, or among five, of all plain names.

    rows: indices into ``data.drawings``. Chance is 1 in ``len(data.concepts)``.
    """
    clip.eval()
    device = clip.positional_embedding.device
    rgb = torch.from_numpy(on_white(data.drawings[rows])).to(device)
    wanted = torch.from_numpy(data.drawing_concept[rows])
    with torch.autocast(device.type, torch.bfloat16):
        image = read_images(clip, rgb.permute(0, 3, 1, 2) * 2 - 1)
        ids = tokenizer([names[0] for names in data.concepts]).to(device)
        text = read_text(clip, ids).pooled
    hits = (image @ text.T).topk(5).indices.cpu() == wanted[:, None]
    clip.train()
    return {"top1": float(hits[:, 0].float().mean()), "top5": float(hits.any(1).float().mean())}


class _Study:
    """The frozen material of a run: token ids of phrases, and the teacher's vectors of what they
    mean. Half of each draw is English, the rest foreign names as far as there are any."""

    def __init__(self, data: Dataset, tokenizer: Tokenizer, teacher: Teacher, seed: int) -> None:
        known: list[str] = []
        for part in range(12):
            known += data.sample(np.random.default_rng(1000 + part), 512).captions
        known += [name for names in data.concepts for name in names]
        texts = phrases(dictionary(tokenizer.words()), known, _PHRASES, seed)
        foreign = foreign_phrases(data)
        meanings = list(dict.fromkeys(meaning for _, meaning in foreign))
        row = {meaning: len(texts) + index for index, meaning in enumerate(meanings)}
        self.english = len(texts)
        self.ids = tokenizer([*texts, *(said for said, _ in foreign)]).to(torch.int32)
        self.vectors = teacher.embed([*texts, *meanings]).to(torch.bfloat16)
        self.rows = torch.tensor([*range(len(texts)), *(row[means] for _, means in foreign)])

    def draw(self, count: int) -> tuple[Tensor, Tensor]:
        """(count, context_length) ids and (count, 384) vectors."""
        picks = torch.randint(self.english, (count,))
        if self.english < len(self.ids):
            picks[: count // 2] = torch.randint(self.english, len(self.ids), (count // 2,))
        return self.ids[picks].long(), self.vectors[self.rows[picks]].float()


def _losses(
    clip: CLIP, lessons: Lessons, seen: Pictures, study: tuple[Tensor, Tensor]
) -> dict[str, Tensor]:
    pictures, n = to_signed(seen.rgb), len(seen.rgb)
    device = pictures.device
    ids, wanted = (part.to(device) for part in study)
    with torch.autocast(device.type, torch.bfloat16):
        image = read_images(clip, pictures)
        text = read_text(clip, torch.cat([seen.ids, ids])).pooled
        sentence = lessons.sentence(text[n:])
        layout = lessons.layout(image * 16.0)
    cells = functional.adaptive_avg_pool2d(pictures, _LAYOUT_CELLS).flatten(1)
    scale = clip.logit_scale.exp().clamp(max=60.0)
    return {
        "contrast": contrast(image, text[:n], seen.concepts, scale),
        "sentence": 4.0 * (1 - functional.cosine_similarity(sentence.float(), wanted)).mean(),
        "layout": 0.5 * functional.mse_loss(layout.float(), cells),
    }


def _start(
    options: RunOptions, config: ClipConfig, wheels: Path
) -> tuple[CLIP, Tokenizer, Teacher]:
    teacher = Teacher(wheels, options.folder / "minilm", options.device)
    tokenizer = Tokenizer(config.context_length)
    clip = build_clip(config, factorised=True)
    embedding = clip.token_embedding
    if not isinstance(embedding, FactorisedEmbedding):
        raise TypeError("training needs the factorised token table")
    kept = options.folder / "table.pt"
    table = restore(kept)
    if table is None:
        table = {"table": starting_table(teacher, tokenizer, config.table_width)}
        save(kept, table)
    value = table["table"]
    if isinstance(value, Tensor):
        embedding.table.weight.data.copy_(value)
    nn.init.normal_(embedding.project.weight, std=0.02)
    return clip, tokenizer, teacher


def train(options: RunOptions, config: ClipConfig, wheels: Path) -> None:
    """Train for the time budget; ``clip.pt`` is written every two minutes and resumed from."""
    prepare(options, options.seed)
    clip, tokenizer, teacher = _start(options, config, wheels)
    data = load_dataset(options.data)
    lessons = Lessons(config)
    study = _Study(data, tokenizer, teacher, options.seed)
    print(f"{len(study.ids)} phrases ready", flush=True)
    both = nn.ModuleDict({"clip": clip, "lessons": lessons}).to(options.device)
    path, step = options.folder / "clip.pt", 0
    found = None if options.fresh else restore(path)
    if found is not None:
        # One that was unpacked has no heads.
        both.load_state_dict(found["network"], strict=False)
        step = int(found["step"])
    average = Average(clip, 0.999, None if found is None else found["average"])
    trained = [part for part in both.parameters() if part.requires_grad]
    optimiser = torch.optim.AdamW(
        trained, lr=1e-4, betas=(0.9, 0.98), weight_decay=0.05, fused=True
    )
    if found is not None and "optimiser" in found:
        optimiser.load_state_dict(found["optimiser"])
    decay = DECAY if options.decay is None else options.decay
    clock = Clock(options.seconds, 100 if step == 0 else 20, decay, options.learning_rate)
    device, length = options.device, config.context_length
    fed = feed(data, length, options.batch, options.seed + step, device, options.processes)
    started, begun, saved = time.monotonic(), step, time.monotonic()
    # The plain attention's backward pass is faster than the fused one on CPUs.
    torch.backends.cuda.enable_flash_sdp(False)
    while not clock.over:
        for group in optimiser.param_groups:
            group["lr"] = clock.rate(step)
        losses = _losses(clip, lessons, next(fed), study.draw(options.batch))
        torch.autograd.backward(sum(losses.values(), torch.zeros((), device=options.device)))
        gradient_norm(both, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        average.update(clip, step)
        step += 1
        if step % 20 == 0:
            speed = (step - begun) * options.batch / (time.monotonic() - started)
            shown = " ".join(f"{name} {value.item():.3f}" for name, value in losses.items())
            print(f"step {step} {shown} {speed:.0f} img/s rate {clock.rate(step):.1e}", flush=True)
        if time.monotonic() - saved > 120 or clock.over:
            saved = time.monotonic()
            content: dict[str, object] = {
                "network": both.state_dict(),
                "average": average.state,
                "optimiser": optimiser.state_dict(),
                "config": asdict(config),
                "step": step,
            }
            save(path, content)
            trial = build_clip(config, factorised=True).to(options.device)
            trial.load_state_dict(average.state)
            is_unseen = data.drawing_heldout | data.concept_heldout[data.drawing_concept]
            seen = np.flatnonzero(~is_unseen)[::7]
            for name, rows in (("seen", seen), ("held out", data.heldout)):
                hits = retrieval(trial, tokenizer, data, rows)
                print(f"step {step} retrieval {name} {hits}", flush=True)
