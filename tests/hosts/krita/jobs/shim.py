"""What the real classes have of what the shim has, and how Krita answers what the shim is asked."""

import inspect

import krita
from behaviour import observe


def job(tools):
    found = {"version": tools.app.version(), "own": {}, "members": {}}
    for name, members in tools.arguments["surface"].items():
        real = getattr(krita, name, None)
        if real is None:
            continue
        # what Krita itself declares, not what comes from Qt
        bases = inspect.getmro(real)
        ours = [each for each in bases[:-1] if not each.__module__.startswith("PyQt")]
        qts = {own for each in bases if each not in ours for own in vars(each)}
        found["own"][name] = sorted({own for each in ours for own in vars(each)} - qts)
        found["members"][name] = {
            member: described(getattr(real, member)) for member in members if hasattr(real, member)
        }
    found["answers"] = yield from observe(krita)
    return found


def described(thing):
    """python: (least, most) arguments beside self of what Krita has written in Python, or None."""
    given = None
    if inspect.isfunction(thing):
        parameters = list(inspect.signature(thing).parameters.values())[1:]
        needed = [each for each in parameters if each.default is each.empty]
        given = [len(needed), len(parameters)]
    return {"callable": callable(thing), "doc": inspect.getdoc(thing) or "", "python": given}
