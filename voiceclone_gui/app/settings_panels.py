"""The panels of the settings, each with its logic."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from voiceclone_gui.app.services import find_certificate_problem
from voiceclone_gui.ui.i18n import tr
from voiceclone_gui.ui.pages.settings_page import SettingsPage
from voiceclone_gui.ui.presenters.network_presenter import NetworkPresenter
from voiceclone_gui.ui.widgets.look_panel import LookPanel
from voiceclone_gui.ui.widgets.network_panel import NetworkPanel
from voiceclone_gui.ui.widgets.prices_panel import PricesPanel
from voiceclone_gui.ui.widgets.report_panel import ReportPanel
from voiceclone_gui.ui.widgets.services_panel import ServicesPanel
from voiceclone_gui.ui.widgets.updates_panel import UpdatesPanel

if TYPE_CHECKING:
    from voiceclone_gui.app.window import WindowProgram


def make_settings_page(program: WindowProgram) -> SettingsPage:
    """The page with all its panels."""
    page = SettingsPage(theme=program.theme)
    services = ServicesPanel(presenter=program.services, catalog=program.catalog)
    services.shown.connect(program.services.load)
    network = NetworkPresenter(
        proxy=program.proxy,
        settings=program.settings,
        find_certificate_problem=find_certificate_problem,
        tasks=program.tasks,
    )
    page.add_panel("services", tr("Services"), services)
    page.add_panel("network", tr("Network"), NetworkPanel(presenter=network))
    page.add_panel("prices", tr("Prices"), PricesPanel(presenter=program.prices))
    page.add_panel("look", tr("Look and sound"), LookPanel(settings=program.settings))
    page.add_panel("updates", tr("Updates"), UpdatesPanel(presenter=program.updates))
    page.add_panel("privacy", tr("Privacy"), program.privacy.make_panel())
    page.add_panel("report", tr("Help and report"), _make_report_panel(program))
    program.prices.state_changed.connect(lambda state: program.page.show_spent(state.spending))
    program.clone.run_ended.connect(program.prices.load)
    return page


def _make_report_panel(program: WindowProgram) -> ReportPanel:
    diagnostics = program.diagnostics
    panel = ReportPanel(folder=diagnostics.log.path.parent)

    async def show_log() -> None:
        panel.show_log(await asyncio.to_thread(diagnostics.log.tail))

    panel.log_wanted.connect(lambda: program.tasks.replace(show_log(), name="log"))
    panel.save_wanted.connect(lambda: program.tasks.start_unique(diagnostics.save(), name="save report"))
    return panel
