"""Impasto in Krita: what Krita imports. Registers the docker and the actions, nothing else."""

from plugins.krita.actions import DOCKER_ID, ImpastoExtension
from plugins.krita.docker import ImpastoDocker
from plugins.krita.qt import krita

_application = krita.Krita.instance()
_application.addExtension(ImpastoExtension(_application))
_application.addDockWidgetFactory(
    krita.DockWidgetFactory(
        DOCKER_ID, krita.DockWidgetFactoryBase.DockPosition.DockRight, ImpastoDocker
    )
)
