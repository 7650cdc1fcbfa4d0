"""Impasto in Python: the same verbs as in the paint programs, blocking, with numpy arrays.

    from core_server.api import Impasto

    with Impasto() as impasto:
        hearts = impasto.generate("a red heart", count=4)
        hearts.best.save("heart.png")

Must not decide anything about pixels beyond reading, cropping and laying a layer over its
original; the daemon paints.
"""

from __future__ import annotations

import contextlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from types import TracebackType
from typing import Any, TypeAlias

import numpy as np

from core_server.connect import open_client
from core_server.imaging.arrays import Mask, slices
from core_server.imaging.layouts import blob_from_mask, largest, pack, unpack
from core_server.imaging.masks import bounds
from core_server.pictures import Original, Picture, Pictures
from core_server.reading import Picturable, control_of, coverage, native_rgba, original_of
from protocol.client import Client, Job, new_id
from protocol.client import Picture as Sent
from protocol.codec import Buffer
from protocol.connection import Lock
from protocol.errors import (
    BadRequest,
    EmptySelection,
    ImpastoError,
    NotFound,
    NotRunning,
    Remedy,
)
from protocol.geometry import Rect, context_rect
from protocol.messages import (
    History,
    HistoryEntry,
    HistoryPage,
    Input,
    Item,
    JobState,
    Lane,
    Output,
    Progress,
    Submit,
)
from protocol.params import Catalogue
from protocol.pixels import ColorSpace, PixelLayout

OnProgress: TypeAlias = Callable[[Progress], None]

CANCEL_TIMEOUT_S = 15.0
HISTORY_TIMEOUT_S = 30.0
LAYOUTS = {
    np.dtype(np.uint8): PixelLayout.RGBA8,
    np.dtype(np.uint16): PixelLayout.RGBA16,
    np.dtype(np.float32): PixelLayout.RGBA32F,
}
GRAY_LAYOUTS = {
    np.dtype(np.uint8): PixelLayout.GRAY8,
    np.dtype(np.uint16): PixelLayout.GRAY16,
    np.dtype(np.float32): PixelLayout.GRAY32F,
}


class Impasto:
    """A connection to this machine's daemon, which is started if none runs. Use it with `with`.

    Every verb takes the parameters of its operation by name (`impasto VERB --help` lists them;
    what is not given has its default), blocks until the pictures are there, and raises what went
    wrong as an `ImpastoError` whose text is one sentence. Ctrl-C cancels the job in the daemon.

    device: a torch name ("cpu", "cuda:0"), counts only if the daemon is started here.
    started_daemon: whether it was. The daemon goes on when this object is closed.
    """

    def __init__(
        self,
        *,
        name: str = "Python",
        device: str | None = None,
        lane: Lane = Lane.INTERACTIVE,
        waiting: Callable[[], None] = lambda: None,
    ) -> None:
        self.lane = lane
        self.started_daemon = not Lock.is_held()
        self.client: Client = open_client(name, device=device, waiting=waiting)

    def __enter__(self) -> Impasto:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        self.client.close()

    # ---- the verbs ---------------------------------------------------------------------------

    def generate(
        self,
        prompt: str = "",
        *,
        image: Picturable | None = None,
        depth: Picturable | None = None,
        progress: OnProgress | None = None,
        **params: Any,
    ) -> Pictures:
        """Paint `prompt`; with an image, refine it (`strength`: how much of it may change).

        depth: a picture of how far away everything is, white near and black nothing, which the
        result is held to (`control_strength`: how closely), by a model with a depth ControlNet.
        """
        original = None if image is None else original_of(image)
        control = None if depth is None else control_of(depth, "depth")
        inputs = [_send_image(original)] if original else []
        inputs += [_send_control(control)] if control else []
        submit = self._submit("generate", {"prompt": prompt, **params}, original or control)
        notes = tuple(note for each in (original, control) if each for note in each.notes)
        return self._run(submit, inputs, progress, notes=notes)

    def inpaint(
        self,
        image: Picturable,
        mask: Picturable | None = None,
        prompt: str = "",
        *,
        progress: OnProgress | None = None,
        **params: Any,
    ) -> Pictures:
        """Repaint `image` where `mask` is white; without a mask, everywhere.

        Only the surroundings of the mask are sent. intent: fill, replace, remove, expand.
        Raises BadSize when image and mask differ in size, EmptySelection for a black mask.
        """
        original = original_of(image)
        submit = self._submit("inpaint", {"prompt": prompt, **params}, original)
        if mask is None:
            return self._run(submit, [_send_image(original)], progress, original, original.notes)
        cover = coverage(mask, original.rect)
        selection = bounds(cover)
        if selection.is_empty:
            raise EmptySelection(
                "The mask is black: nothing is selected.",
                field="inputs.1",
                remedy=Remedy("select_area"),
            )
        extra = params.get("context") or 0
        policy = self.catalogue.find("inpaint").policy
        context = context_rect(selection, original.rect, int(extra), policy)
        inputs = [_send_image(original, context), _send_mask(cover, context)]
        return self._run(submit, inputs, progress, original, original.notes)

    def vary(
        self, image: Picturable, *, progress: OnProgress | None = None, **params: Any
    ) -> Pictures:
        """Paint more pictures like `image` (`variation`: how far from it)."""
        original = original_of(image)
        submit = self._submit("vary", params, original)
        return self._run(submit, [_send_image(original)], progress, notes=original.notes)

    def mix(
        self,
        first: Picturable,
        second: Picturable | None = None,
        *,
        progress: OnProgress | None = None,
        **params: Any,
    ) -> Pictures:
        """Paint one picture out of two, or out of one and `prompt` (`weight` 0: the first)."""
        pictures = [original_of(first), *([] if second is None else [original_of(second)])]
        submit = self._submit("mix", params, pictures[0])
        notes = tuple(note for picture in pictures for note in picture.notes)
        return self._run(submit, [_send_image(p) for p in pictures], progress, notes=notes)

    def material(
        self, image: Picturable, *, progress: OnProgress | None = None, **params: Any
    ) -> Pictures:
        """The maps of a texture: height, normal, roughness and occlusion, by their `name`.

        They are derived from its brightness, not measured, and come in 16 bit, or in float for a
        float image. tile: where it wraps around. normal_format: opengl, directx.
        """
        original = original_of(image)
        is_float = original.pixels.dtype.kind == "f"
        layout = PixelLayout.GRAY32F if is_float else PixelLayout.GRAY16
        submit = replace(self._submit("material", params, original), output=Output(layout))
        return self._run(submit, [_send_image(original)], progress, notes=original.notes)

    # ---- history -----------------------------------------------------------------------------

    def history(self, search: str = "", limit: int = 50) -> list[HistoryEntry]:
        """Jobs of all programs, newest first; `search`: words of the prompt."""
        return list(self._ask(History(new_id(), limit=limit, search=search)).entries)

    def entry(self, job: str) -> HistoryEntry:
        """One job by its id or the clear beginning of it. Raises NotFound, BadRequest."""
        if len(job) == len(str(uuid.UUID(int=0))):
            return self._recall(job)[0].entries[0]
        found = [e for e in self.history(limit=500) if e.job.startswith(job.lower())]
        if len(found) > 1 and job:
            raise BadRequest(f"{len(found)} jobs begin with {job}; type more of the id.")
        if not found or not job:
            raise NotFound(f"There is no job {job} among the last 500.", field="job")
        return found[0]

    def recall(self, job: str) -> Pictures:
        """The pictures of a finished job again. Raises NotFound when it has none any more."""
        page, blobs = self._recall(job)
        entry = page.entries[0]
        if entry.state is not JobState.DONE or not page.items:
            raise NotFound(
                "This job has no pictures (any more): it is "
                f"{entry.state.value if entry.state is not JobState.DONE else 'too long ago'}."
            )
        original = _stored_original(page, blobs)
        pictures = (_picture(item, blobs[item.blob], entry.record, original) for item in page.items)
        return Pictures(pictures, job=job, record=entry.record)

    def repeat(self, job: str, *, progress: OnProgress | None = None) -> Pictures:
        """Run a job again with its own inputs, parameters and seed. Raises NotFound."""
        page, blobs = self._recall(job)
        submit = page.submit
        if submit is None or (page.entries[0].items and not page.items):
            raise NotFound("The pictures this job started from were deleted to make room.")
        inputs = [Sent(entry, blobs[entry.blob]) for entry in submit.inputs]
        again = Submit(
            "", "", submit.operation, submit.params,
            canvas=submit.canvas, output=submit.output, deliver=submit.deliver, lane=self.lane,
        )  # fmt: skip
        return self._run(again, inputs, progress, _stored_original(page, blobs))

    # ---- underneath --------------------------------------------------------------------------

    @property
    def catalogue(self) -> Catalogue:
        """What the daemon offers."""
        welcome = self.client.wait_ready()
        return Catalogue.from_json(welcome.catalogue or {"operations": []})

    def run(
        self,
        operation: str,
        params: dict[str, Any],
        images: list[Picturable] | None = None,
        *,
        progress: OnProgress | None = None,
    ) -> Pictures:
        """Any operation by name, with any number of pictures of role `image`."""
        originals = [original_of(image) for image in images or []]
        submit = self._submit(operation, params, originals[0] if originals else None)
        return self._run(submit, [_send_image(o) for o in originals], progress)

    def _submit(self, operation: str, params: dict[str, Any], original: Original | None) -> Submit:
        given = {name: value for name, value in params.items() if value is not None}
        canvas = original.rect if original else None
        return Submit("", "", operation, given, canvas=canvas, lane=self.lane)

    def _run(
        self,
        submit: Submit,
        inputs: list[Sent],
        progress: OnProgress | None,
        original: Original | None = None,
        notes: tuple[str, ...] = (),
    ) -> Pictures:
        job = self.client.submit(submit, inputs)
        try:
            result = job.wait(on_progress=progress)
        except KeyboardInterrupt:
            _cancel(job)
            raise
        pictures = (_picture(item, pixels, result.record, original) for item, pixels in job.items)
        return Pictures(pictures, job=job.id, record=result.record, notes=notes + result.notes)

    def _ask(self, request: History) -> HistoryPage:
        page = self.client.request(request, timeout_s=HISTORY_TIMEOUT_S).message
        if not isinstance(page, HistoryPage):
            raise NotRunning("Something else answers in the daemon's place.")
        return page

    def _recall(self, job: str) -> tuple[HistoryPage, list[Buffer]]:
        page, blobs = self.client.request(History(new_id(), job=job), timeout_s=HISTORY_TIMEOUT_S)
        if not isinstance(page, HistoryPage) or not page.entries:
            raise NotFound(f"There is no job {job}.", field="job")
        return page, blobs


def _send_image(original: Original, part: Rect | None = None) -> Sent:
    """What is sent of a picture: all of it, or a rectangle of the document inside it."""
    rect = part or original.rect
    pixels = original.pixels[slices(rect.shifted(-original.rect.x, -original.rect.y))]
    layout = LAYOUTS[pixels.dtype]
    return Sent(Input("image", rect, layout, 0, original.name), pack(pixels, layout))


def _send_control(control: Original) -> Sent:
    """In gray where it is, as pictures of depth are."""
    pixels = control.pixels
    layout = LAYOUTS[pixels.dtype]
    is_gray = bool((pixels[..., :1] == pixels[..., 1:3]).all())
    top = largest(pixels.dtype) if pixels.dtype.kind == "u" else 1
    if is_gray and bool((pixels[..., 3] == top).all()):
        layout, pixels = GRAY_LAYOUTS[pixels.dtype], pixels[..., :1]
    return Sent(Input("control", control.rect, layout, 0, control.name), pack(pixels, layout))


def _send_mask(cover: Mask, part: Rect) -> Sent:
    """In 8 bit where that says all there is, else in 16."""
    cut = cover[slices(part)]
    is_8_bit = bool((np.rint(cut * 255) / np.float32(255) == cut).all())
    layout = PixelLayout.GRAY8 if is_8_bit else PixelLayout.GRAY16
    return Sent(Input("mask", part, layout, 0, "mask"), blob_from_mask(cut, layout))


def _picture(
    item: Item, blob: Buffer, record: Mapping[str, Any], original: Original | None
) -> Picture:
    native = unpack(blob, item.layout, item.rect.width, item.rect.height, item.rows)
    is_map = item.role == "map"
    return Picture(
        # a map's numbers are no colour: no curve shall bend them
        native_rgba(native, ColorSpace.SRGB if is_map else item.space),
        item.rect,
        item.name,
        item.seed,
        item.score,
        record,
        original,
        is_map,
    )


def _stored_original(page: HistoryPage, blobs: list[Buffer]) -> Original | None:
    """What an inpaint was about, as far as it was sent: the surroundings of the mask."""
    if page.submit is None or page.submit.operation != "inpaint":
        return None
    for entry in page.submit.inputs:
        if entry.role == "image":
            size = entry.rect.width, entry.rect.height
            native = unpack(blobs[entry.blob], entry.layout, *size, entry.rows)
            return Original(native_rgba(native, entry.space), entry.rect, entry.name)
    return None


def _cancel(job: Job) -> None:
    """Cancel, and wait until the daemon says so; whatever else it says does not count any more."""
    job.cancel()
    with contextlib.suppress(ImpastoError):
        job.wait(CANCEL_TIMEOUT_S)
