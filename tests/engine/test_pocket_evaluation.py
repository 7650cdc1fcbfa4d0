"""How pocket is judged: by pixels where they suffice, by a network of real pictures elsewhere."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core_server.pocket.clip import Tokenizer, build_clip
from core_server.pocket.data.cache import assemble, write
from core_server.pocket.data.colours import COLOURS
from core_server.pocket.data.concepts import Concept
from core_server.pocket.data.dataset import Dataset, load_dataset
from core_server.pocket.data.drawings import Drawing
from core_server.pocket.data.scene_words import BindingPrompt
from core_server.pocket.data.textures import KINDS
from core_server.pocket.decoder import Decoder
from core_server.pocket.evaluate import MEASUREMENTS
from core_server.pocket.evaluate import main as evaluate
from core_server.pocket.evaluation import heldout, operations, training
from core_server.pocket.evaluation.bindings import judge_binding, real_scenes
from core_server.pocket.evaluation.card import BEGIN, END, SECTIONS, write_card
from core_server.pocket.evaluation.classifier import Classifier, ClassifierConfig
from core_server.pocket.evaluation.figures import picked, share, top_hits
from core_server.pocket.evaluation.generated import asked_subjects
from core_server.pocket.evaluation.judge import Judge
from core_server.pocket.evaluation.lessons import Classes, kind_of, split
from core_server.pocket.evaluation.pixels import Seam, colour_of, seam, subject
from core_server.pocket.evaluation.prompts import colour_tasks, texture_tasks
from core_server.pocket.evaluation.resources import peak_megabytes
from core_server.pocket.evaluation.stage import Stage
from core_server.pocket.prior import Prior
from core_server.pocket.sample import PaintRequest, Pocket
from core_server.pocket.sheet import contact_sheet
from core_server.pocket.superres import SuperResolution
from tests.tiny_pocket import CLIP, DECODER, PRIOR, SUPERRES, lively

pytestmark = pytest.mark.engine

torch.set_num_threads(1)

RED, GREEN, BLUE, YELLOW = (0.85, 0.1, 0.1), (0.1, 0.6, 0.15), (0.15, 0.25, 0.85), (1.0, 0.9, 0.1)


# ---- how figures are written


def test_shares_say_how_many_of_how_many() -> None:
    assert share([True, False, True, True]) == "3 of 4 (75 %)"
    assert share([]) == "0 of 0 (0 %)"
    assert top_hits([[False, True], [True, False], [False, False]]) == {
        "top-1": "1 of 3 (33 %)",
        "top-5": "2 of 3 (67 %)",
    }


def test_what_is_picked_hangs_on_no_neighbour() -> None:
    names = [f"thing {number}" for number in range(50)]
    chosen = picked(names, 10, str)
    assert chosen == picked(reversed(names), 10, str)
    assert set(picked([*names, "another"], 10, str)) - set(chosen) <= {"another"}
    assert chosen != names[:10]


# ---- what pixels tell


@pytest.mark.parametrize("is_texture", [False, True])
def test_plain_colours_are_named_and_a_blank_has_no_subject(is_texture: bool) -> None:
    image = np.ones((64, 64, 3), np.float32)
    assert colour_of(image, False) is None
    image[16:48, 16:48] = (0.1, 0.2, 0.9)
    if is_texture:
        image[...] = (0.1, 0.2, 0.9)
    assert colour_of(image, is_texture) == "blue"
    assert set(COLOURS) >= {"blue"}
    assert is_texture or subject(image).sum() == 32 * 32


def test_a_seam_is_measured_by_what_is_inside() -> None:
    x = np.arange(64) / 64
    waves = np.sin(2 * np.pi * x)[None, :, None] + np.sin(2 * np.pi * x)[:, None, None]
    ramp = x[None, :, None] + x[:, None, None]
    smooth, torn = (seam(np.float32(one + np.zeros(3))) for one in (waves, ramp))
    assert smooth.ratio < 1.6
    assert smooth.is_hidden
    assert torn.ratio > 30
    assert not torn.is_hidden
    assert seam(np.ones((64, 64, 3), np.float32)) == Seam(1, True)


def scene(*patches: tuple[tuple[float, float, float], int, int, int]) -> np.ndarray:
    """White with squares: colour, middle x and y, side."""
    image = np.ones((64, 64, 3), np.float32)
    for colour, x, y, side in patches:
        image[y - side // 2 : y + side // 2, x - side // 2 : x + side // 2] = colour
    return image


LEFT_RIGHT = scene((RED, 18, 32, 24), (BLUE, 46, 32, 24))
TOP_BOTTOM = scene((RED, 32, 18, 24), (BLUE, 32, 46, 24))
INSIDE = scene((BLUE, 32, 32, 56), (RED, 32, 32, 24))


@pytest.mark.parametrize(
    ("image", "relations"),
    [
        (LEFT_RIGHT, {"left of", "next to"}),
        (LEFT_RIGHT[:, ::-1], {"right of", "next to"}),
        (TOP_BOTTOM, {"on", "above"}),
        (TOP_BOTTOM[::-1], {"below"}),
        (INSIDE, {"inside"}),
        (scene((BLUE, 32, 32, 24)), set()),
        (scene((RED, 18, 32, 24), (YELLOW, 46, 32, 24)), set()),
        (np.ones((64, 64, 3), np.float32), set()),
    ],
)
def test_two_colours_stand_in_these_relations_and_no_other(
    image: np.ndarray, relations: set[str]
) -> None:
    known = ("on", "above", "below", "left of", "right of", "inside", "next to")
    asked = {name: BindingPrompt("", "red", "square", name, "blue", "square") for name in known}
    found = {name for name, one in asked.items() if judge_binding(image, one).is_right}
    assert found == relations


def test_the_judge_of_places_agrees_with_real_scenes() -> None:
    scenes = real_scenes(400)
    assert len(scenes) >= 20
    right = [judge_binding(image, asked).is_right for image, asked in scenes]
    assert np.mean(right) >= 0.95


# ---- what is asked


def test_never_trained_colours_are_asked_for_as_such() -> None:
    tasks = {task.prompt: task for task in colour_tasks()}
    assert tasks["a purple star"].is_new
    assert not tasks["a red heart"].is_new
    assert tasks["purple brick wall texture"].is_new
    assert not any(task.colour == "white" for task in tasks.values())


def test_every_texture_kind_is_asked_for_by_its_own_name() -> None:
    tasks = texture_tasks()
    assert len(tasks) == len(KINDS) >= 25
    assert [kind_of(prompt) for prompt, _ in tasks] == [name for _, name in tasks]


@pytest.mark.parametrize(
    ("phrase", "kind"),
    [
        ("green cloth", "fabric"),
        ("white dots on gray", "polka dots"),
        ("blue ceramic tiles", "tiles"),
        ("green roof tiles", "roof tiles"),
        ("a red star", None),
    ],
)
def test_a_caption_names_its_texture_kind(phrase: str, kind: str | None) -> None:
    assert kind_of(phrase) == kind


# ---- the judge and what it learns from


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Dataset:
    """Twelve concepts as grey squares in two styles; two have one plain name.

    Held out are two drawings, and all that is called "thing 10".
    """
    concepts = [
        Concept(f"{number:x}", (f"thing {number % 11}", f"name {number}"), "tool", True, {})
        for number in range(12)
    ]
    drawings = []
    for number in range(24):
        rgba = np.zeros((64, 64, 4), np.uint8)
        rgba[12:52, 12:52] = (*[10 * (number // 2)] * 3, 255)
        drawings.append(Drawing(number // 2, number % 2, rgba))
    path = tmp_path_factory.mktemp("pocket") / "tiny.npz"
    write(path, assemble(concepts, drawings, [None] * 24), texture_count=60, shape_count=60)
    pairs, whole = np.arange(24), np.arange(12)
    return replace(
        load_dataset(path), drawing_heldout=np.isin(pairs, (3, 8)), concept_heldout=whole == 10
    )


def test_concepts_of_one_plain_name_are_one_class(data: Dataset) -> None:
    classes = Classes.of(data)
    assert len(classes.concepts) == 11
    assert classes.names[0] == ("thing 0", "name 0", "name 11")
    assert classes.plain[classes.kinds.start] == KINDS[0].names[0]
    assert len(classes.names) == classes.shapes.stop


def test_the_judge_never_learns_what_it_is_measured_with(data: Dataset) -> None:
    lessons, kept = split(data, Classes.of(data))
    assert sorted(kept.drawings.classes) == [1, 4]
    assert len(lessons.drawings.classes) == 22
    assert Counter(lessons.drawings.classes.tolist())[10] == 2
    assert 0 < len(kept.textures.classes) < len(lessons.textures.classes)


def test_lessons_are_new_each_time_and_the_same_for_one_seed(data: Dataset) -> None:
    lessons, _ = split(data, Classes.of(data))
    first, second, third = (lessons.draw(np.random.default_rng(seed), 48) for seed in (1, 1, 2))
    assert first[0].shape == (48, 3, 64, 64)
    assert first[0].min() >= -1
    assert first[0].max() <= 1
    assert torch.equal(first[0], second[0])
    assert torch.equal(first[1], second[1])
    assert not torch.equal(first[0], third[0])
    parts = Counter(int(one) // len(Classes.of(data).concepts) > 0 for one in first[1])
    assert parts[False] > parts[True]


def test_the_judge_goes_on_where_it_stopped_and_only_with_its_own_classes(
    data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "BATCH", 8)
    path = tmp_path / "judge.pt"
    assert Judge.load(path, data) is None
    steps = []
    for _ in range(2):
        training.train(path, data, minutes=0.002)
        steps.append(torch.load(path, weights_only=True)["step"])
    assert 0 < steps[0] < steps[1]
    judge = Judge.load(path, data)
    assert judge is not None
    image = np.ones((40, 50, 4), np.float32)
    assert judge.features([image]).norm().item() == pytest.approx(1, abs=1e-4)
    (guesses,) = judge.guesses([image], judge.classes.kinds)
    assert len(guesses) == 5
    assert {names[0] for names in guesses} <= {kind.names[0] for kind in KINDS}
    content = torch.load(path, weights_only=True)
    torch.save({**content, "names": ["others"]}, path)
    assert Judge.load(path, data) is None


def test_the_judge_keeps_what_it_knows_of_classes_that_stay() -> None:
    def classes(*names: str) -> Classes:
        return Classes(tuple((name,) for name in names), range(2), range(2), range(2, len(names)))

    old, new = (Classifier(ClassifierConfig(count)) for count in (3, 4))
    with torch.no_grad():
        old.head[1].bias.copy_(torch.tensor([1.0, 2.0, 3.0]))
        new.head[1].bias.fill_(7)
    found = {"names": ["star", "cat", "star"], "network": old.state_dict()}
    state = training.renamed(found, "network", new, classes("dog", "star", "star", "ring"))
    new.load_state_dict(state)
    assert new.head[1].bias.tolist() == [7, 1, 3, 7]
    assert torch.equal(new.body[1][0].weight, old.body[1][0].weight)


def test_a_judge_that_learnt_todays_test_begins_anew(
    data: Dataset, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "BATCH", 8)
    path = tmp_path / "judge.pt"
    training.train(path, data, minutes=0.001)
    content = torch.load(path, weights_only=True)
    torch.save({**content, "step": 1000}, path)
    held = np.isin(np.arange(24), (3, 10))
    training.train(path, replace(data, drawing_heldout=held), minutes=0.001)
    assert torch.load(path, weights_only=True)["step"] < 1000


def test_subjects_are_taught_ones_only(data: Dataset) -> None:
    asked = asked_subjects(data)
    assert asked["everyday"] == []
    assert sorted(asked["others"]) == sorted(f"thing {number}" for number in range(10))


# ---- painting, operations, sheets, card


@pytest.fixture(scope="module")
def stage(data: Dataset) -> Stage:
    torch.manual_seed(0)
    parts = build_clip(CLIP), Prior(PRIOR), Decoder(DECODER), SuperResolution(SUPERRES)
    clip, prior, decoder, superres = (lively(part) for part in parts)
    pocket = Pocket(clip, Tokenizer(CLIP.context_length), prior, decoder, superres, "cpu")
    classes = Classes.of(data)
    judge = Judge(Classifier(ClassifierConfig(len(classes.names))), classes)
    return Stage(pocket, Path("weights"), data, judge, count=1, threads=1)


def test_a_batch_of_prompts_paints_what_each_alone_does(stage: Stage) -> None:
    prompts = ["a red heart", "grass"]
    together = stage.paint_each(prompts)
    for seed, (prompt, image) in enumerate(zip(prompts, together, strict=True)):
        (alone,) = stage.paint(PaintRequest(prompt, (seed,), enlargement=1))
        assert np.abs(image - alone).max() < 1 / 255


def test_inpainting_is_judged_inside_and_exact_outside(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "INPAINTS", operations.INPAINTS[:2])
    figures = operations.inpainted(stage)
    assert figures["largest change outside the mask, of 255"] == 0
    assert str(figures["colour inside"]).split(" (")[0].endswith("of 2")


def test_the_path_between_two_embeddings_is_monotone(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operations, "PAIRS", (("thing 1", "thing 7"), ("thing 1", "nothing")))
    figures = operations.mixed(stage)
    assert figures["paths with monotone cosines to both ends"] == "1 of 1 (100 %)"
    assert "of 4" in str(figures["pictures at 1/4 and 3/4 nearer to the right end"])


def test_held_out_pairs_whole_concepts_and_foreign_names_are_asked_apart(stage: Stage) -> None:
    found = heldout.retrieval(stage)
    assert str(found["pairs, top-1"]).split(" (")[0].endswith("of 2")
    assert str(found["whole concepts, top-5"]).split(" (")[0].endswith("of 2")
    assert found["names to choose from"] == 11
    words = [{"de": (f"Ding {number}",)} if number < 4 else {} for number in range(12)]
    abroad = replace(stage, data=replace(stage.known(), concept_translations=words))
    figures = heldout.languages(abroad)
    assert list(figures) == ["German"]
    assert "of 4" in str(figures["German"])


def test_every_measurement_has_its_place_on_the_card() -> None:
    keys = [section.key for section in SECTIONS]
    assert len(set(keys)) == len(keys)
    assert {one.key for one in MEASUREMENTS} | {"clip_agreement", "resources"} == set(keys)


def test_the_card_keeps_every_line_but_the_measured_ones(tmp_path: Path) -> None:
    card = tmp_path / "MODEL_CARD.md"
    card.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    manifest = {"parts": {"clip": {"parameters": 1234}}, "training": {"clip_step": 5}}
    for seconds in ("3 s", "4 s"):
        write_card({**manifest, "figures": {"resources": {"64 pixels": seconds}}}, card)
    text = card.read_text("utf-8")
    assert text.startswith(f"before\n{BEGIN}\n")
    assert text.endswith(f"\n{END}\nafter\n")
    assert "| clip | 1,234 |" in text
    assert "| clip step | 5 |" in text
    assert "### Time and memory" in text
    assert "| 64 pixels | 4 s |" in text
    assert "old" not in text
    assert "3 s" not in text
    card.write_text("no markers", "utf-8")
    with pytest.raises(ValueError, match="needs the lines"):
        write_card({**manifest, "figures": {}}, card)


def test_the_sheet_has_a_cell_for_every_picture() -> None:
    red = np.zeros((8, 8, 3), np.float32)
    red[..., 0] = 1
    clear = np.zeros((8, 8, 4), np.float32)
    words = ["a caption of more than one line"] * 5
    sheet = contact_sheet([red, red, clear, red, red], words, columns=3, side=64)
    pixels = np.asarray(sheet)
    assert (pixels == (255, 0, 0)).all(2).sum() == 4 * 64 * 64
    board = pixels[8 : 8 + 64, 8 + 2 * 72 : 8 + 2 * 72 + 64]
    assert (board == 204).all(2).sum() == (board == 255).all(2).sum() == 64 * 64 // 2
    with pytest.raises(ValueError, match="1 pictures, but 2 captions"):
        contact_sheet([red], ["a", "b"])


def test_without_weights_there_is_a_sentence(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert evaluate(["--weights", str(tmp_path), "--quick"]) == 1
    assert "manifest.json" in capfd.readouterr().err


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the system does not tell")
def test_the_peak_of_memory_is_that_of_this_process() -> None:
    found = peak_megabytes()
    assert found is not None
    assert 50 < found < 50_000
