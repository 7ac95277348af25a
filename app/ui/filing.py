"""What is done to the meetings that are selected, from menus, keys, the list's context menu and dragging."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QPoint, Signal, Slot
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from app.domain.meeting import MeetingSummary
from app.ui import dialogs
from app.ui.commands import Commands
from app.ui.meeting_list import start_drag
from app.ui.palette import Palette
from app.ui.sidebar import Sidebar
from app.ui.states import Toast
from app.viewmodels.library import LibraryViewModel
from app.viewmodels.meeting import MeetingViewModel
from app.viewmodels.organiser import Organiser, tidy_path
from app.viewmodels.palette import Entry
from app.viewmodels.shelf import TRASH, Shelf


class Filing(QObject):
    """Signals:
    rename_wanted: the open meeting's title is to be edited.
    dialog_opened: a question is on the screen. (QWidget)
    folder_wanted: what was exported is to be seen. (Path)
    """

    rename_wanted = Signal()
    dialog_opened = Signal(object)
    folder_wanted = Signal(object)

    def __init__(
        self,
        window: QWidget,
        organiser: Organiser,
        library: LibraryViewModel,
        meeting: MeetingViewModel,
        sidebar: Sidebar,
        commands: Commands,
        palette: Palette,
        toast: Toast,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._organiser = organiser
        self._library = library
        self._meeting = meeting
        self._sidebar = sidebar
        self._commands = commands
        self._palette = palette
        self._toast = toast
        self._at_meeting = False
        self.menu = QMenu(window)
        sidebar.meetings.make_files = organiser.files_to_drag
        c = commands
        c.export.triggered.connect(self.export)
        c.copy.triggered.connect(self.copy)
        c.rename.triggered.connect(self.rename_wanted)
        c.favourite.triggered.connect(self.set_favourite)
        c.move.triggered.connect(self.choose_folder)
        c.tag.triggered.connect(self.choose_tags)
        c.trash.triggered.connect(self.trash)
        c.restore.triggered.connect(self.restore)
        c.delete.triggered.connect(self.delete)
        c.empty_trash.triggered.connect(self.empty_trash)
        sidebar.dropped.connect(self._on_dropped)
        sidebar.shelf_menu_wanted.connect(self._show_shelf_menu)
        sidebar.empty_trash_wanted.connect(self.empty_trash)
        sidebar.trash_wanted.connect(self.trash)
        organiser.copied.connect(self._on_copied)
        organiser.exported.connect(self._on_exported)
        organiser.problem.connect(toast.show_problem)
        library.history.problem.connect(toast.show_problem)

    # For what

    def targets(self) -> list[str]:
        """The meetings that are selected, if several are and can be seen; otherwise the open one, if it is on the
        screen. While hits of a search stand in place of the list, nobody thinks of what is selected in it."""
        meetings = self._sidebar.meetings
        several = meetings.selected_ids()
        if len(several) > 1 and not meetings.isHidden():
            return several
        return [self._meeting.id] if self._at_meeting and self._meeting.id else []

    def summaries(self) -> list[MeetingSummary]:
        return [s for i in self.targets() if (s := self._library.summary(i)) is not None]

    def enable(self, *, at_meeting: bool) -> None:
        """Only what makes sense for what is selected can be done."""
        self._at_meeting = at_meeting
        c, chosen = self._commands, self.summaries()
        there = [s for s in chosen if s.trashed_at is None]
        thrown = len(chosen) - len(there)
        one = len(chosen) == 1
        whole = not one or self._meeting.damage is None  # what cannot be read can only be thrown away
        ready = self._meeting.exportable if one else any(s.duration_s for s in chosen)
        for action, on in (
            (c.favourite, bool(there) and whole),
            (c.move, bool(there) and whole),
            (c.tag, bool(there) and whole),
            (c.trash, bool(there)),
            (c.restore, thrown > 0),
            (c.delete, thrown > 0 and not there),
            (c.export, bool(chosen) and ready),
            (c.copy, bool(chosen) and ready),
        ):
            action.setEnabled(on)
        c.restore.setVisible(thrown > 0)
        c.delete.setVisible(thrown > 0)
        c.trash.setVisible(not thrown)
        starred = bool(there) and all(s.favourite for s in there)
        c.favourite.setText(self.tr("Remove from the favourites") if starred else self.tr("Add to the favourites"))
        c.empty_trash.setEnabled(self._library.shelves.trash > 0)

    # Doing

    @Slot()
    def set_favourite(self) -> None:
        chosen = self.summaries()
        self._organiser.set_favourite([s.id for s in chosen], not all(s.favourite for s in chosen))

    @Slot()
    def choose_folder(self) -> None:
        ids, folders = self.targets(), self._library.shelves.folders
        if not ids:
            return
        now = {s.folder for s in self.summaries()}
        entries = [Entry(f, icon="folder", kind="choice", key=f, checked=now == {f} or None) for f in folders]
        if now != {""}:
            entries.append(Entry(self.tr("No folder"), icon="x", kind="choice", key=""))

        def new(text: str) -> Entry | None:
            path = tidy_path(text)
            if not path or path in folders:
                return None
            words = self.tr("New folder “{name}”").format(name=path)
            return Entry(words, icon="folder-plus", kind="new", key=path)

        prompt = self.tr("Move to which folder? A new one may be inside another: Clients/Acme")
        self._palette.open(prompt, entries, lambda folder: self._organiser.move(ids, folder), new)

    @Slot()
    def choose_tags(self) -> None:
        ids, tags, chosen = self.targets(), self._library.shelves.tags, self.summaries()
        if not ids:
            return
        on = {t for t in tags if all(t in s.tags for s in chosen)}
        entries = [Entry(t, icon="tag", kind="choice", key=t, checked=t in on or None) for t in tags]

        def new(text: str) -> Entry | None:
            tag = " ".join(text.split())
            if not tag or tag in tags:
                return None
            return Entry(self.tr("New tag “{name}”").format(name=tag), icon="plus", kind="new", key=tag)

        def then(tag: str) -> None:
            self._organiser.set_tag(ids, tag, tag not in on)

        self._palette.open(self.tr("Add or remove which tag?"), entries, then, new)

    @Slot()
    def trash(self) -> None:
        """Of what is there already, the key means deleting for good."""
        chosen = [s for s in self.summaries() if s.trashed_at is None]
        if chosen:
            self._throw_away(chosen)
        else:
            self.delete()

    def _throw_away(self, chosen: Sequence[MeetingSummary]) -> None:
        if not chosen:
            return
        self._organiser.trash([s.id for s in chosen])
        words = (
            self.tr("“{title}” is in the trash").format(title=chosen[0].title)
            if len(chosen) == 1
            else self.tr("%n meetings are in the trash", "", len(chosen))
        )
        self._toast.offer(words, self.tr("Undo"), self._library.history.undo)

    @Slot()
    def restore(self) -> None:
        self._organiser.restore([s.id for s in self.summaries() if s.trashed_at is not None])

    @Slot()
    def delete(self) -> None:
        chosen = [s for s in self.summaries() if s.trashed_at is not None]
        if chosen:
            self._ask_to_delete([s.id for s in chosen], chosen[0].title)

    @Slot()
    def empty_trash(self) -> None:
        ids = self._organiser.in_trash()
        if ids:
            title = self._library.summary(ids[0])
            self._ask_to_delete(ids, title.title if title else "")

    def _ask_to_delete(self, ids: list[str], title: str) -> None:
        dialog = dialogs.confirm_delete(self._window, title, len(ids), lambda: self._organiser.delete_for_good(ids))
        self.dialog_opened.emit(dialog)

    @Slot()
    def copy(self) -> None:
        ids = self.targets()
        if len(ids) > 1:
            self._organiser.copy(ids)
        elif ids:
            self._meeting.copy_markdown()

    @Slot()
    def export(self) -> None:
        ids = self.targets()
        if len(ids) > 1:
            self.dialog_opened.emit(dialogs.choose_folder(self._window, lambda f: self._organiser.export(ids, f)))
        elif ids and self._meeting.exportable:
            self.dialog_opened.emit(
                dialogs.choose_export(
                    self._window,
                    self._meeting.title,
                    partial(self._meeting.export_markdown, meeting_id=self._meeting.shown_id),
                )
            )

    def drag_out(self, handle: QWidget) -> None:
        """The open meeting, by the head of its page."""
        if self._meeting.exportable:
            start_drag(handle, [self._meeting.shown_id], self._meeting.title, self._organiser.files_to_drag)

    @Slot(str, int)
    def _on_copied(self, text: str, count: int) -> None:
        QGuiApplication.clipboard().setText(text)
        self._toast.say(self.tr("Copied %n meetings as Markdown", "", count))

    @Slot(int, object)
    def _on_exported(self, count: int, folder: Path) -> None:
        text = self.tr("Exported %n meetings to “{folder}”", "", count).format(folder=folder.name)
        self._toast.offer(text, self.tr("Show in folder"), partial(self.folder_wanted.emit, folder))

    # On folders and tags

    @Slot(object, object)
    def _on_dropped(self, ids: list[str], shelf: Shelf) -> None:
        chosen = [s for i in ids if (s := self._library.summary(i)) is not None]
        thrown = [s.id for s in chosen if s.trashed_at is not None]
        if shelf == TRASH:
            self._throw_away([s for s in chosen if s.trashed_at is None])
            return
        if thrown:
            self._organiser.restore(thrown)
        if shelf.kind == "favourites":
            self._organiser.set_favourite(ids, True)
        elif shelf.kind == "folder":
            self._organiser.move(ids, shelf.key)
        elif shelf.kind == "tag":
            self._organiser.set_tag(ids, shelf.key, True)
        elif not thrown:  # onto "All meetings": out of its folder
            self._organiser.move(ids, "")

    @Slot(object, QPoint)
    def _show_shelf_menu(self, shelf: Shelf, at: QPoint) -> None:
        self.menu.clear()
        if shelf == TRASH:
            self.menu.addAction(self._commands.empty_trash)
        else:
            folder = shelf.kind == "folder"
            rename = QAction(self.tr("Rename the folder…") if folder else self.tr("Rename the tag…"), self.menu)
            remove = QAction(self.tr("Remove the folder") if folder else self.tr("Remove the tag"), self.menu)
            change = self._organiser.rename_folder if folder else self._organiser.rename_tag
            rename.triggered.connect(lambda: self._rename_shelf(shelf))
            remove.triggered.connect(lambda: change(shelf.key, ""))
            self.menu.addActions([rename, remove])
        self.menu.popup(at)

    def _rename_shelf(self, shelf: Shelf) -> None:
        folder = shelf.kind == "folder"
        change = self._organiser.rename_folder if folder else self._organiser.rename_tag

        def new(text: str) -> Entry | None:
            name = tidy_path(text) if folder else " ".join(text.split())
            if not name or name == shelf.key:
                return None
            words = self.tr("Rename to “{name}”").format(name=name)
            return Entry(words, icon="pencil", kind="new", key=name)

        prompt = self.tr("New name of “{name}”").format(name=shelf.key)
        self._palette.open(prompt, [], lambda name: change(shelf.key, name), new)
        self._palette.field.setText(shelf.key)
        self._palette.field.selectAll()
