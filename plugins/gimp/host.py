"""GIMP's images, layers, selections and pixels, as the plugin's logic wants them.

With the modules that it uses, the one place that touches the artist's images. No network, no
widgets. Undo: what is read costs no step, since copies are read; what is added is filled in an
image of its own, and comes in as one group of steps, which is never left open over a pause.
"""

from __future__ import annotations

import uuid
import zlib
from base64 import b64decode, b64encode
from collections.abc import Generator, Sequence
from contextlib import contextmanager, suppress
from functools import cache

from plugins.common.host import DocumentGone, DocumentInfo, HostError, LayerInfo, NewLayer, Work
from plugins.common.phrases import say
from plugins.gimp import tree
from plugins.gimp.libraries import Babl, GdkPixbuf, Gegl, Gimp
from plugins.gimp.pixels import babl_name, suits
from plugins.gimp.preview import Previews, take_away
from plugins.gimp.sideimage import SideImage, delete_stale, fill, is_side_image, read
from protocol.errors import Remedy
from protocol.geometry import Rect
from protocol.jobs import Picture
from protocol.messages import Input
from protocol.pixels import ColorSpace, PixelLayout

NOTE = "impasto/{}"
RECORD = "impasto-record"
SESSION = "impasto-session"


class NeedsRgb(HostError):
    """The image has a palette; `GimpHost.convert_to_rgb` is the cure."""

    remedy = Remedy("convert_rgb")

    def __init__(self) -> None:
        super().__init__(
            say("This image has a palette of few colors; convert it to RGB, and try again.")
        )


class GimpHost:
    """See `plugins.common.host.Host`. A layer's id is GIMP's number of it; a document's key is that
    of the image and a name of the running GIMP: both count from 1 again in the next one.

    Nothing of GIMP's is kept between calls, and what long work holds is looked up again after each
    pause: artists close and delete.
    """

    def __init__(self) -> None:
        Gegl.init(None)  # GIMP 3.0 does it when pixels are first asked for, and formats come before
        delete_stale()
        self._previews = Previews()
        self._chosen: str | None = None

    # ---- documents -------------------------------------------------------------------------------

    def choose(self, document: str | None) -> None:
        """Which one `active_document` is: GIMP tells no plug-in what is in front."""
        is_new, self._chosen = document != self._chosen, document
        if document is not None and is_new:
            with suppress(DocumentGone), self._image(document) as image:
                take_away(image)  # a preview that was saved in the file

    def key_of(self, image: Gimp.Image) -> str:
        return f"{session()}-{image.get_id()}"

    def image(self, document: str) -> Gimp.Image:
        """Raises DocumentGone."""
        name, _, number = document.rpartition("-")
        if name != session() or not Gimp.Image.id_is_valid(int(number)):
            raise DocumentGone("The document was closed.")
        return Gimp.Image.get_by_id(int(number))

    def layer(self, document: str, layer: str) -> Gimp.Layer:
        """Raises DocumentGone, and HostError when the layer is gone."""
        with self._image(document) as image:
            return _layer(image, layer)

    def active_document(self) -> DocumentInfo | None:
        """The chosen one, as long as it is open."""
        if self._chosen is None:
            return None
        try:
            return self.info(self._chosen)
        except DocumentGone:
            return None

    def open_documents(self) -> list[str]:
        """In the order in which they were opened."""
        images = sorted(Gimp.get_images(), key=Gimp.Image.get_id)
        return [self.key_of(each) for each in images if not is_side_image(each)]

    def info(self, document: str) -> DocumentInfo:
        with self._image(document) as image:
            file = image.get_file() or image.get_imported_file()
            path = (file.get_path() or file.get_uri()) if file is not None else ""
            return DocumentInfo(document, image.get_name(), path, _canvas(image), *_suits(image))

    def selection(self, document: str) -> Rect | None:
        with self._image(document) as image:
            _, some, left, top, right, bottom = Gimp.Selection.bounds(image)
            inside = Rect(left, top, right - left, bottom - top).intersect(_canvas(image))
            return inside if some and not inside.is_empty else None

    def select_all(self, document: str) -> None:
        with self._image(document) as image:
            Gimp.Selection.all(image)
            Gimp.displays_flush()

    def thumbnail(self, document: str, side: int) -> GdkPixbuf.Pixbuf | None:
        """Of what is visible, at most `side` pixels."""
        with self._image(document) as image:
            return image.get_thumbnail(side, side, Gimp.PixbufTransparency.SMALL_CHECKS)

    # ---- layers ----------------------------------------------------------------------------------

    def layers(self, document: str) -> list[LayerInfo]:
        with self._image(document) as image:
            return [_layer_info(each) for each in tree.own_layers(image)]

    def layer_info(self, document: str, layer: Gimp.Layer) -> LayerInfo:
        with self._image(document):
            return _layer_info(layer)

    def active_layer(self, document: str) -> LayerInfo | None:
        """The topmost of several selected ones; a mask's layer while the mask is worked on."""
        with self._image(document) as image:
            found = tree.active(image)
            return _layer_info(found) if found is not None else None

    # ---- reading ---------------------------------------------------------------------------------

    def read_pixels(self, document: str, rect: Rect, layer: str | None) -> Work[Picture]:
        """As they were when it began. Raises NeedsRgb."""
        with self._image(document) as image:
            _require_rgb(image)
            layout, space = _suits(image)
            name = babl_name(layout, space)
            side = SideImage.like(image) if layer else SideImage.copy_of(image)
        try:
            if layer:
                with self._image(document) as image:
                    copy = side.add_copy(_layer(image, layer))
                reader = side.layer_reader(copy, name)
            else:
                take_away(side.image)
                reader = side.visible_reader(name, _canvas(side.image))
            yield
            pixels = yield from read(reader, rect, layout.bytes_per_pixel)
        finally:
            side.delete()
        return Picture(Input("image", rect, layout, 0, space=space), pixels)

    def read_selection(self, document: str, rect: Rect) -> Work[Picture]:
        side = SideImage.for_masks()
        try:
            with self._image(document) as image:
                copy = side.add_copy(image.get_selection())
            pixels = yield from read(side.layer_reader(copy, "Y u8"), rect, 1)
        finally:
            side.delete()
        return Picture(Input("mask", rect, PixelLayout.GRAY8, 0), pixels)

    # ---- writing ---------------------------------------------------------------------------------

    def add_layers(
        self,
        document: str,
        layers: Sequence[NewLayer],
        above: str | None,
        group: str,
        canvas: Rect | None = None,
    ) -> Work[list[str]]:
        """Raises NeedsRgb."""
        if not layers:
            return []
        with self._image(document) as image:
            _require_rgb(image)
            side = SideImage.like(image)
        try:
            filled = []
            for layer in layers:
                made = side.add_layer(layer)
                _keep_record(made, layer.record)
                yield from fill(made, layer)
                filled.append(made)
            yield
            with self._image(document) as image:
                _require_rgb(image)
                self._previews.show(image, None)
                return _attach(image, filled, above, group, canvas)
        finally:
            side.delete()

    def convert_to_rgb(self, document: str) -> None:
        """One undo step; an image that has no palette stays as it is."""
        with self._image(document) as image:
            if _is_indexed(image):
                self._previews.show(image, None)
                image.convert_rgb()
                Gimp.displays_flush()

    def needs_rgb(self, document: str) -> bool:
        """Whether reading and adding would raise NeedsRgb."""
        with self._image(document) as image:
            return _is_indexed(image)

    # ---- previews --------------------------------------------------------------------------------

    def show_preview(self, document: str, layer: NewLayer | None) -> None:
        """A layer on top, until it is taken away; see `plugins.gimp.preview`. Raises NeedsRgb."""
        with self._image(document) as image:
            if layer is not None:
                _require_rgb(image)
            self._previews.show(image, layer)

    def sweep(self) -> None:
        """Take away the previews that a plug-in left when it was ended."""
        for document in self.open_documents():
            with suppress(DocumentGone), self._image(document) as image:
                take_away(image)

    # ---- notes -----------------------------------------------------------------------------------

    def read_note(self, document: str, name: str) -> bytes:
        with self._image(document) as image:
            return _unpacked(image.get_parasite(NOTE.format(name)))

    def write_note(self, document: str, name: str, content: bytes) -> None:
        """GIMP counts neither a step nor the image as modified: unsaved, it is lost unasked."""
        with self._image(document) as image:
            name = NOTE.format(name)
            if content:
                packed = b64encode(zlib.compress(content))  # binary data cannot be handed over
                image.attach_parasite(Gimp.Parasite.new(name, Gimp.PARASITE_PERSISTENT, packed))
            elif image.get_parasite(name) is not None:
                image.detach_parasite(name)

    def attach_record(self, document: str, layer: str, record: str) -> None:
        """Keep an ASCII text with a layer, saved and copied with it; no undo step."""
        with self._image(document) as image:
            found = _layer(image, layer)
            image.undo_freeze()  # else GIMP counts a step, and then says that it cannot undo it
            try:
                _keep_record(found, record)
            finally:
                image.undo_thaw()

    def read_record(self, document: str, layer: str) -> str:
        """Empty where there is none."""
        parasite = self.layer(document, layer).get_parasite(RECORD)
        return bytes(parasite.get_data()).decode() if parasite is not None else ""

    # ---- inside ----------------------------------------------------------------------------------

    @contextmanager
    def _image(self, document: str) -> Generator[Gimp.Image, None, None]:
        """An open image. Whatever fails because it is closed meanwhile raises DocumentGone."""
        image = self.image(document)
        try:
            yield image
        except HostError:
            raise
        except Exception:  # GIMP gives None for what is gone, and that fails anyhow
            self.image(document)
            raise


# ---- finding -------------------------------------------------------------------------------------


@cache
def session() -> str:
    """A name of the running GIMP, the same in all its plug-ins."""
    if Gimp.get_parasite(SESSION) is None:
        Gimp.attach_parasite(Gimp.Parasite.new(SESSION, 0, uuid.uuid4().hex[:12].encode()))
    return bytes(Gimp.get_parasite(SESSION).get_data()).decode()


def _layer(image: Gimp.Image, layer: str) -> Gimp.Layer:
    found = tree.find(image, layer)
    if found is None:
        raise HostError("The layer is not there any more; choose another one.")
    return found


def _keep_record(layer: Gimp.Layer, record: str) -> None:
    if record:
        persistent = Gimp.PARASITE_PERSISTENT
        layer.attach_parasite(Gimp.Parasite.new(RECORD, persistent, record.encode("ascii")))


def _layer_info(layer: Gimp.Layer) -> LayerInfo:
    _, x, y = layer.get_offsets()
    bounds = Rect(x, y, layer.get_width(), layer.get_height())
    return LayerInfo(str(layer.get_id()), layer.get_name(), bounds)


def _canvas(image: Gimp.Image) -> Rect:
    return Rect(0, 0, image.get_width(), image.get_height())


# ---- formats -------------------------------------------------------------------------------------


def _suits(image: Gimp.Image) -> tuple[PixelLayout, ColorSpace]:
    if _is_indexed(image):
        return PixelLayout.RGBA8, ColorSpace.SRGB  # until it is converted
    is_gray = image.get_base_type() == Gimp.ImageBaseType.GRAY
    return suits(int(image.get_precision()), is_gray, _is_srgb(image))


def _is_srgb(image: Gimp.Image) -> bool:
    """Whether babl would not have to convert: it names a format's space unless that is sRGB."""
    layers = image.get_layers()
    if layers:
        space = Babl.format_get_space(layers[0].get_format())
    else:
        intent = Gimp.ColorRenderingIntent.RELATIVE_COLORIMETRIC
        space = image.get_effective_color_profile().get_space(intent)
    plain = "R'G'B'A u8"
    return bool(Babl.get_name(Babl.format_with_space(plain, space)) == plain)


def _is_indexed(image: Gimp.Image) -> bool:
    return bool(image.get_base_type() == Gimp.ImageBaseType.INDEXED)


def _require_rgb(image: Gimp.Image) -> None:
    """GIMP would take other colors, but turn them into the nearest of the palette, silently."""
    if _is_indexed(image):
        raise NeedsRgb


# ---- writing -------------------------------------------------------------------------------------


def _attach(
    image: Gimp.Image,
    filled: Sequence[Gimp.Layer],
    above: str | None,
    group: str,
    canvas: Rect | None,
) -> list[str]:
    """The one step that the artist can undo: copies of these layers, in this order."""
    parent, position = tree.place(image, above)
    copies = [Gimp.Layer.new_from_drawable(each, image) for each in filled]
    image.undo_group_start()
    try:
        if len(copies) > 1:
            folder = Gimp.GroupLayer.new(image, group)
            image.insert_layer(folder, parent, position)
            parent, position = folder, 0
        for number, (copy, each) in enumerate(zip(copies, filled, strict=True)):
            copy.set_name(each.get_name())
            image.insert_layer(copy, parent, position + number)
        if canvas not in (None, _canvas(image)):
            _resize(image, canvas)
    finally:
        image.undo_group_end()
    image.set_selected_layers(copies[:1])
    Gimp.displays_flush()
    return [str(copy.get_id()) for copy in copies]


def _resize(image: Gimp.Image, canvas: Rect) -> None:
    image.resize(canvas.width, canvas.height, -canvas.x, -canvas.y)


def _unpacked(parasite: Gimp.Parasite | None) -> bytes:
    """Empty where it is none of ours, or damaged."""
    try:
        return zlib.decompress(b64decode(bytes(parasite.get_data()))) if parasite else b""
    except (ValueError, zlib.error):
        return b""
