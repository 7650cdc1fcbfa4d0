"""What an object wears: its material, the texture on Base Color, the maps of a surface beside it.

Makes what is missing; leaves alone what the artist has made. No pixels, no undo of its own: the
caller makes one step of it (`undo.one_step`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

import bpy

from plugins.blender.host.unwrap import ensure_uv
from plugins.common.host import HostError
from plugins.common.phrases import say

ROLE = "impasto"
"""Custom property of our nodes: what each is for."""

TEXTURE, OCCLUSION_MIX = "texture", "occlusion mix"
_COLOURS = ("Base Color", "Color")
_FIRST_X = -360


class Worn(NamedTuple):
    """material, node: names, of the texture's node. uv_map: the one that it is laid out by."""

    material: str
    node: str
    uv_map: str


def wear(obj: bpy.types.Object, image: bpy.types.Image) -> Worn:
    """Put an image on an object: on Base Color of its active material. Raises HostError."""
    uv_map = ensure_uv(require_mesh(obj))
    material = active_material(obj)
    tree = material.node_tree
    node = _ours(tree, TEXTURE, "ShaderNodeTexImage")
    node.image = image
    socket = base_color(material)
    if not _reaches(socket, node):
        tree.links.new(node.outputs["Color"], _entry(tree, socket))
    _arrange(tree, node, socket.node, 0)
    for each in tree.nodes:
        each.select = each == node
    tree.nodes.active = node  # Texture Paint and baking then take this image
    return Worn(material.name, node.name, uv_map)


def worn_for_now(obj: bpy.types.Object, image: bpy.types.Image) -> Callable[[], None]:
    """Put an image on an object, and give what puts everything back. Raises HostError."""
    mesh, before = require_mesh(obj).data, obj.active_material
    uv_maps, slots = [layer.name for layer in mesh.uv_layers], len(mesh.materials)
    state = _State.of(before) if before is not None else None
    worn, name = wear(obj, image), obj.name

    def back() -> None:
        found = bpy.data.objects[name]
        made = bpy.data.materials.get(worn.material)
        if state is not None and made is not None:
            state.restore(made)
        elif made is not None:
            found.active_material = None
            if len(found.data.materials) > slots:
                found.data.materials.pop()
                found.data = found.data  # else Blender keeps the slot
            bpy.data.materials.remove(made)
        if found.mode != "EDIT":
            for layer in [each for each in found.data.uv_layers if each.name not in uv_maps]:
                found.data.uv_layers.remove(layer)

    return back


class _State(NamedTuple):
    """What `wear` may change in a material. nodes: their names. shader: the one with the colour;
    source: node and output that it comes from. Empty: there is none."""

    has_nodes: bool
    nodes: tuple[str, ...]
    image: str = ""
    shader: str = ""
    source: tuple[str, str] = ("", "")
    active: str = ""

    @classmethod
    def of(cls, material: bpy.types.Material) -> _State:
        tree = material.node_tree
        if tree is None:
            return cls(False, ())
        node, active, shader = _find(tree, TEXTURE), tree.nodes.active, _shader(material)
        image = node.image.name if node is not None and node.image is not None else ""
        source = "", ""
        socket = _entry(tree, _color_input(shader)) if shader is not None else None
        if socket is not None and socket.is_linked:
            link = socket.links[0]
            source = link.from_node.name, link.from_socket.identifier
        names = tuple(each.name for each in tree.nodes)
        own = shader.name if shader is not None else ""
        return cls(_has_nodes(material), names, image, own, source, active.name if active else "")

    def restore(self, material: bpy.types.Material) -> None:
        tree = material.node_tree
        for node in [each for each in tree.nodes if each.name not in self.nodes]:
            tree.nodes.remove(node)
        node, shader = _find(tree, TEXTURE), tree.nodes.get(self.shader)
        if node is not None:
            node.image = bpy.data.images.get(self.image)
        if shader is not None:
            socket = _entry(tree, _color_input(shader))
            for link in list(socket.links):
                tree.links.remove(link)
            start = tree.nodes.get(self.source[0])
            for output in start.outputs if start is not None else ():
                if output.identifier == self.source[1]:
                    tree.links.new(output, socket)
        tree.nodes.active = tree.nodes.get(self.active)
        if not self.has_nodes and _has_nodes(material):
            material.use_nodes = False


def _has_nodes(material: bpy.types.Material) -> bool:
    """Always, since Blender 5."""
    return bpy.app.version >= (5, 0, 0) or bool(material.use_nodes)


def _entry(tree: bpy.types.NodeTree, socket: bpy.types.NodeSocket) -> bpy.types.NodeSocket:
    """Where a texture is linked to: Base Color, or what is multiplied with our occlusion."""
    mix = _find(tree, OCCLUSION_MIX)
    return _mix_socket(mix, 0) if mix is not None and _reaches(socket, mix) else socket


def wear_maps(
    obj: bpy.types.Object,
    maps: Mapping[str, bpy.types.Image],
    depth: float = 0.05,
    relief: str = "auto",
    normal_format: str = "opengl",
) -> list[str]:
    """Wire the maps of a surface (height, normal, roughness, occlusion), and say which were.

    depth: of the relief from black to white, in the object's units. relief: what the height does:
    `displacement` moves the surface (of a mesh that is fine enough), `bump` shades it, `auto` is
    displacement where a normal map does the shading already, and else bump. normal_format: opengl,
    or directx, whose green channel is turned here. Raises HostError.
    """
    ensure_uv(require_mesh(obj))
    material = active_material(obj)
    shader = base_color(material).node
    tree = material.node_tree
    nodes = {}
    for place, name in enumerate(("occlusion", "roughness", "normal", "height"), 1):
        if name in maps:
            node = _ours(tree, name, "ShaderNodeTexImage")
            node.image = maps[name]
            _arrange(tree, node, shader, place)
            nodes[name] = node
    if "occlusion" in nodes:
        _wire_occlusion(tree, shader, nodes["occlusion"])
    if "roughness" in nodes and "Roughness" in shader.inputs:
        tree.links.new(nodes["roughness"].outputs["Color"], shader.inputs["Roughness"])
    normal = _wire_normal(tree, nodes["normal"], normal_format) if "normal" in nodes else None
    if normal is not None and "Normal" in shader.inputs:
        tree.links.new(normal, shader.inputs["Normal"])
    if "height" in nodes:
        displaces = relief == "displacement" or (relief == "auto" and normal is not None)
        displaces = displaces or "Normal" not in shader.inputs
        wire = _wire_displacement if displaces else _wire_bump
        wire(material, shader, nodes["height"], depth)
    return list(nodes)


def require_mesh(obj: bpy.types.Object | None) -> bpy.types.Object:
    """Raises HostError unless it is a mesh that can be changed."""
    if obj is None or obj.type != "MESH":
        raise HostError(say("Select a mesh object first."))
    if obj.library is not None or obj.data.library is not None:
        text = "“{name}” is linked from another file; make it local first."
        raise HostError(say(text, name=obj.name))
    return obj


def texture_of(obj: bpy.types.Object | None) -> bpy.types.Image | None:
    """The image that colours the object: of the nearest Image Texture behind Base Color."""
    material = obj.active_material if obj is not None else None
    if material is None or material.node_tree is None:
        return None
    shader = _shader(material)
    socket = _color_input(shader) if shader is not None else None
    for node in _behind(socket) if socket is not None else ():
        if node.type == "TEX_IMAGE" and node.image is not None:
            return node.image
    return None


def active_material(obj: bpy.types.Object) -> bpy.types.Material:
    """The object's, with nodes; made where there is none. Raises HostError."""
    material = obj.active_material
    if material is None:
        material = bpy.data.materials.new(obj.name)
        if obj.material_slots:
            obj.active_material = material
        else:
            obj.data.materials.append(material)
    if material.library is not None:
        text = "The material “{name}” is linked from another file; make it local first."
        raise HostError(say(text, name=material.name))
    if not _has_nodes(material):
        material.use_nodes = True
    return material


def base_color(material: bpy.types.Material) -> bpy.types.NodeSocket:
    """The input that gives the surface its colour; a Principled BSDF is made for a material that
    has no surface at all. Raises HostError."""
    shader = _shader(material)
    if shader is None:
        tree, output = material.node_tree, _output(material)
        if output.inputs["Surface"].is_linked:
            text = "The material “{name}” has no Principled BSDF to put a texture on; add one."
            raise HostError(say(text, name=material.name))
        shader = tree.nodes.new("ShaderNodeBsdfPrincipled")
        shader.location = output.location[0] - 300, output.location[1]
        tree.links.new(shader.outputs["BSDF"], output.inputs["Surface"])
    socket = _color_input(shader)
    assert socket is not None
    return socket


# ---- maps ----------------------------------------------------------------------------------------


def _wire_occlusion(tree: bpy.types.NodeTree, shader: bpy.types.Node, node: bpy.types.Node) -> None:
    """Multiplied into whatever colours the surface."""
    socket = _color_input(shader)
    mix = _ours(tree, OCCLUSION_MIX, "ShaderNodeMix")
    mix.data_type, mix.blend_type, mix.label = "RGBA", "MULTIPLY", "Occlusion"
    mix.inputs[0].default_value = 1.0
    if not _reaches(socket, mix):
        first = _mix_socket(mix, 0)
        if socket.is_linked:
            tree.links.new(socket.links[0].from_socket, first)
        else:
            first.default_value = socket.default_value
        tree.links.new(next(each for each in mix.outputs if each.type == "RGBA"), socket)
    tree.links.new(node.outputs["Color"], _mix_socket(mix, 1))
    mix.location = shader.location[0] - 200, shader.location[1]


def _wire_normal(
    tree: bpy.types.NodeTree, node: bpy.types.Node, normal_format: str
) -> bpy.types.NodeSocket:
    bent = _ours(tree, "normal map", "ShaderNodeNormalMap")
    bent.space = "TANGENT"
    color = node.outputs["Color"]
    if normal_format == "directx":  # green points down there: 1 - green
        curve = _ours(tree, "normal turned", "ShaderNodeRGBCurve")
        green = curve.mapping.curves[1]
        green.points[0].location, green.points[-1].location = (0.0, 1.0), (1.0, 0.0)
        curve.mapping.update()
        tree.links.new(color, curve.inputs["Color"])
        curve.location = node.location[0] + 280, node.location[1]
        color = curve.outputs["Color"]
    tree.links.new(color, bent.inputs["Color"])
    bent.location = node.location[0] + 300, node.location[1]
    return bent.outputs["Normal"]


def _wire_bump(
    material: bpy.types.Material, shader: bpy.types.Node, node: bpy.types.Node, depth: float
) -> None:
    """On top of the normal map, where there is one."""
    tree, socket = material.node_tree, shader.inputs["Normal"]
    bump = _ours(tree, "bump", "ShaderNodeBump")
    bump.inputs["Strength"].default_value = 1.0
    bump.inputs["Distance"].default_value = depth
    if socket.is_linked and socket.links[0].from_node != bump:
        tree.links.new(socket.links[0].from_socket, bump.inputs["Normal"])
    tree.links.new(node.outputs["Color"], bump.inputs["Height"])
    tree.links.new(bump.outputs["Normal"], socket)
    bump.location = node.location[0] + 300, node.location[1]


def _wire_displacement(
    material: bpy.types.Material, shader: bpy.types.Node, node: bpy.types.Node, depth: float
) -> None:
    tree = material.node_tree
    moved = _ours(tree, "displacement", "ShaderNodeDisplacement")
    moved.inputs["Midlevel"].default_value = 0.5
    moved.inputs["Scale"].default_value = depth
    tree.links.new(node.outputs["Color"], moved.inputs["Height"])
    tree.links.new(moved.outputs["Displacement"], _output(material).inputs["Displacement"])
    moved.location = node.location[0] + 300, node.location[1]
    material.displacement_method = "DISPLACEMENT"


# ---- nodes ---------------------------------------------------------------------------------------


def _find(tree: bpy.types.NodeTree, role: str) -> bpy.types.Node | None:
    return next((node for node in tree.nodes if node.get(ROLE) == role), None)


def _ours(tree: bpy.types.NodeTree, role: str, kind: str) -> bpy.types.Node:
    """Our node for something; a new one the first time."""
    node = _find(tree, role)
    if node is None or node.bl_idname != kind:
        node = tree.nodes.new(kind)
        node[ROLE] = role
    return node


def _output(material: bpy.types.Material) -> bpy.types.Node:
    """Made where there is none."""
    output = _own_output(material)
    if output is None:
        output = material.node_tree.nodes.new("ShaderNodeOutputMaterial")
        output.location = 300, 300
    return output


def _own_output(material: bpy.types.Material) -> bpy.types.Node | None:
    tree = material.node_tree
    return tree.get_output_node("ALL") or tree.get_output_node("CYCLES")


def _shader(material: bpy.types.Material) -> bpy.types.Node | None:
    """The Principled BSDF behind the output, else the nearest node with a colour of its own."""
    output = _own_output(material)
    behind = list(_behind(output.inputs["Surface"])) if output is not None else []
    shaders = [node for node in behind if node.type == "BSDF_PRINCIPLED"]
    shaders += [node for node in behind if node.type.startswith("BSDF") or node.type == "EMISSION"]
    return next((node for node in shaders if _color_input(node) is not None), None)


def _color_input(shader: bpy.types.Node) -> bpy.types.NodeSocket | None:
    return next((shader.inputs[name] for name in _COLOURS if name in shader.inputs), None)


def _mix_socket(mix: bpy.types.Node, number: int) -> bpy.types.NodeSocket:
    """A or B of a Mix node: it has inputs of these names for every type of data."""
    return [each for each in mix.inputs if each.type == "RGBA"][number]


def _behind(socket: bpy.types.NodeSocket) -> Iterator[bpy.types.Node]:
    """All nodes that an input depends on, the nearest first."""
    known: set[str] = set()
    waiting = [socket]
    while waiting:
        for link in waiting.pop(0).links:
            node = link.from_node
            if node.name not in known:
                known.add(node.name)
                yield node
                waiting.extend(node.inputs)


def _reaches(socket: bpy.types.NodeSocket, node: bpy.types.Node) -> bool:
    return any(each == node for each in _behind(socket))


def _arrange(
    tree: bpy.types.NodeTree, node: bpy.types.Node, shader: bpy.types.Node, place: int
) -> None:
    """In a column left of the shader, one below the other; only where it was not moved since."""
    if tuple(node.location) == (0.0, 0.0):
        x, y = shader.location
        node.location = x + _FIRST_X - (300 if place else 260), y - 300 * place
    node.label = node.label or say(str(node[ROLE]).capitalize())
