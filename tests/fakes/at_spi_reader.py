"""What a screen reader sees, told as JSON: run by the system's Python, which alone has AT-SPI's binding.

Each line of standard input is a question, each line of standard output its answer: ``find`` gives the
first control that fits, ``focused`` the one that has the keyboard, ``all`` every control that is shown,
``announced`` what programs have told by themselves since it was asked last.
"""

from __future__ import annotations

import json
import sys

import gi

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

# From the bottom of a tree of widgets to its top it is never further than this.
DEPTH_MAX = 40
STATES = {
    "focused": Atspi.StateType.FOCUSED,
    "focusable": Atspi.StateType.FOCUSABLE,
    "enabled": Atspi.StateType.ENABLED,
    "checked": Atspi.StateType.CHECKED,
}


def shown(parent, depth=0):
    """Every control below ``parent`` that is on the screen; those that vanish meanwhile are passed over."""
    if depth > DEPTH_MAX:
        return
    try:
        children = [parent.get_child_at_index(number) for number in range(parent.get_child_count())]
    except GLib.GError:
        return
    for child in children:
        try:
            seen = child is not None and child.get_state_set().contains(Atspi.StateType.SHOWING)
        except GLib.GError:
            seen = False
        if seen:
            yield child
            yield from shown(child, depth + 1)


def name_of(control):
    """The name that the program gave the control: the last part of its path."""
    return (control.get_accessible_id() or "").rpartition(".")[2]


def fits(control, wanted):
    """Whether the control has the name, the words and the role that were asked for."""
    try:
        return (
            wanted.get("name") in {None, name_of(control)}
            and wanted.get("words") in {None, control.get_name()}
            and wanted.get("role") in {None, control.get_role_name()}
        )
    except GLib.GError:
        return False


def label_of(control):
    """What the labels say that belong to the control."""
    said = []
    for relation in control.get_relation_set():
        if relation.get_relation_type() is Atspi.RelationType.LABELLED_BY:
            targets = (relation.get_target(number) for number in range(relation.get_n_targets()))
            said += [target.get_name() for target in targets]
    return " ".join(said)


def is_focused(control):
    """Whether the control has the keyboard."""
    try:
        return control.get_state_set().contains(Atspi.StateType.FOCUSED)
    except GLib.GError:
        return False


def facts(control):
    """Everything about a control; ``None`` where it has vanished."""
    try:
        place = control.get_extents(Atspi.CoordType.SCREEN)
        states = control.get_state_set()
        has_text = "Text" in control.get_interfaces()
        return {
            "name": name_of(control),
            "words": control.get_name() or "",
            "label": label_of(control),
            "role": control.get_role_name(),
            "description": control.get_description() or "",
            "value": Atspi.Value.get_current_value(control) if "Value" in control.get_interfaces() else None,
            "text": Atspi.Text.get_text(control, 0, -1) if has_text else "",
            "place": [place.x, place.y, place.width, place.height],
            **{word: states.contains(state) for word, state in STATES.items()},
        }
    except GLib.GError:
        return None


class Reader:
    """Answers questions; remembers where it found what, since looking through everything takes long.

    A menu that opens stands in no window's tree: Qt only announces it.
    """

    def __init__(self):
        self._known = {}
        self._menus = []
        self._focused = None
        self._announced = []
        self._listeners = []
        for state, note in (("showing", self._note_shown), ("focused", self._note_focused)):
            listener = Atspi.EventListener.new(note)
            listener.register(f"object:state-changed:{state}")
            self._listeners.append(listener)
        told = [f"object:property-change:accessible-{kind}" for kind in ("value", "description", "name")]
        for kind in (*told, "object:announcement"):
            listener = Atspi.EventListener.new(self._note_change)
            listener.register(kind)
            self._listeners.append(listener)

    def answer(self, question):
        """The answer to one question, ready to be written as JSON."""
        while GLib.MainContext.default().pending():
            GLib.MainContext.default().iteration(False)
        kind = question.pop("do")
        if kind == "find":
            return self._find(question)
        if kind == "focused":
            return self._find_focused()
        if kind == "announced":
            announced, self._announced = self._announced, []
            return announced
        return [told for control in self._everything() if (told := facts(control)) is not None]

    def _everything(self):
        for menu in self._menus:
            yield from shown(menu)
        yield from shown(Atspi.get_desktop(0))

    def _note_shown(self, event):
        try:
            if event.source is None or event.source.get_role() is not Atspi.Role.POPUP_MENU:
                return
        except GLib.GError:
            return
        self._menus = [menu for menu in self._menus if menu != event.source]
        if event.detail1:
            self._menus.append(event.source)

    def _note_focused(self, event):
        if event.detail1:
            self._focused = event.source

    def _note_change(self, event):
        changed = event.type.rpartition(":")[2].removeprefix("accessible-")
        try:
            if changed == "value":
                said = Atspi.Value.get_current_value(event.source)
            elif changed == "announcement":
                said = event.any_data
            else:
                said = event.source.get_name() if changed == "name" else event.source.get_description()
            self._announced.append([name_of(event.source), changed, said])
        except GLib.GError:
            return

    def _find_focused(self):
        found = self._focused
        if found is None or not is_focused(found):
            # The part of a control that has the keyboard is passed over: the outermost comes first.
            found = next((control for control in self._everything() if is_focused(control)), None)
        return facts(found) if found is not None else None

    def _find(self, wanted):
        key = json.dumps(wanted, sort_keys=True)
        known = self._known.pop(key, None)
        if known is None or not self._is_still_shown(known, wanted):
            known = next((c for c in self._everything() if fits(c, wanted)), None)
        if known is None:
            return None
        self._known[key] = known
        return facts(known)

    def _is_still_shown(self, control, wanted):
        try:
            return control.get_state_set().contains(Atspi.StateType.SHOWING) and fits(control, wanted)
        except GLib.GError:
            return False


def main():
    """Answer until the questions end."""
    # A control's state is asked for anew each time, never taken from this process's memory.
    Atspi.init()
    Atspi.get_desktop(0).set_cache_mask(Atspi.Cache.NONE)
    reader = Reader()
    for line in sys.stdin:
        print(json.dumps(reader.answer(json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
