"""Views: an agent's attribute that is one cell of a table of the world."""

from collections.abc import Callable
from typing import Any, Generic, TypeVar, overload

from greatpowers.core.declare import fields_of

Value = TypeVar("Value")


class Column(Generic[Value]):
    """One declared field of a table of the core, read for one agent.

    The agent says which table and which row by `table` and `index`; the meaning comes from the declaration. Nothing
    is stored in the agent, so what it shows is always what the engine computes with.
    """

    def __init__(self, declared: type, kind: Callable[[Any], Value]) -> None:
        self._declared, self._kind, self._name = declared, kind, ""

    def __set_name__(self, owner: type, name: str) -> None:
        field = next(found.field for found in fields_of(self._declared) if found.name == name)
        self._name = name
        self.__doc__ = f"{field.meaning} [{field.unit}]"

    @overload
    def __get__(self, agent: None, owner: type) -> "Column[Value]": ...

    @overload
    def __get__(self, agent: Any, owner: type) -> Value: ...

    def __get__(self, agent: Any, owner: type) -> "Column[Value] | Value":
        if agent is None:
            return self
        return self._kind(getattr(agent.table, self._name)[agent.index])

    def __set__(self, agent: Any, value: object) -> None:
        """Refuse: an assignment would hide the world behind a number that nothing updates."""
        raise AttributeError(
            f"'{self._name}' of {agent.id} is a view of the world; "
            f"to change it, write to the array '{self._name}' of its table in model.world, at index {agent.index}"
        )
