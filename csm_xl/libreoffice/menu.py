"""The menu in Calc: refresh of the open workbook, and the message behind an error value."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from csm_xl.errors import CsmError
from csm_xl.functions.error_log import ERROR_LOG
from csm_xl.libreoffice.addin import MENU_SERVICE
from csm_xl.libreoffice.refresh import refresh_document


def menu_class() -> Any:
    """The class behind the menu entries."""
    import unohelper
    from com.sun.star.lang import XServiceInfo
    from com.sun.star.task import XJobExecutor

    class CsmMenu(unohelper.Base, XJobExecutor, XServiceInfo):  # type: ignore[misc]
        """The action of a menu entry."""

        def __init__(self, context: Any, *_: Any) -> None:
            super().__init__()
            self.context = context

        def trigger(self, entry: str) -> None:
            """Run a menu entry, and report the result."""
            desktop = self.context.ServiceManager.createInstanceWithContext(
                "com.sun.star.frame.Desktop", self.context
            )
            document = desktop.getCurrentComponent()
            try:
                text = chosen(entry, document)
            except CsmError as error:
                text = str(error)
            tell(self.context, document, text)

        def getImplementationName(self) -> str:  # noqa: N802
            return MENU_SERVICE

        def supportsService(self, name: str) -> bool:  # noqa: N802
            return name == MENU_SERVICE

        def getSupportedServiceNames(self) -> tuple[str, ...]:  # noqa: N802
            return (MENU_SERVICE,)

    return CsmMenu


def chosen(entry: str, document: Any) -> str:
    """Run the action of a menu entry; returns its result as text.

    Errors: all findings of the refresh at once.
    """
    if entry == "last_error":
        return ERROR_LOG.recall() or "No csm_xl function has failed since LibreOffice started."
    return refresh_document(document, datetime.now().replace(microsecond=0))


def tell(context: Any, document: Any, text: str) -> None:
    """Show a text in a box over the document."""
    window = document.getCurrentController().getFrame().getContainerWindow()
    toolkit = context.ServiceManager.createInstanceWithContext("com.sun.star.awt.Toolkit", context)
    box = toolkit.createMessageBox(window, _information(), 1, "CSM Pay", text)
    box.execute()


def _information() -> Any:
    from com.sun.star.awt.MessageBoxType import INFOBOX

    return INFOBOX
