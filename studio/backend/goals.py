"""The host sets what the room collects. Event-loop thread; the job is the writer's."""

from __future__ import annotations

import msgspec

from studio.backend.aims import Aims
from studio.backend.client import Client
from studio.backend.handling import Plan, Plans
from studio.backend.rooms import host_plan
from studio.backend.storage.state import RoomState
from studio.backend.storage.tx import Tx
from studio.model.room import Goal
from studio.protocol.commands import SetGoal
from studio.protocol.events import GoalUpdated


class Goals:
    """The topic's handler."""

    def __init__(self, aims: Aims) -> None:
        self._aims = aims

    def plans(self) -> Plans:
        return {SetGoal: self._set_goal}

    def _set_goal(self, client: Client, command: SetGoal, _request_id: str) -> Plan:
        aim = self._aims.of(command.title, command.target, command.kind, command.gift_id)

        def act(tx: Tx, room: RoomState) -> None:
            if not _same_goal(room.aim, aim):
                room.goal_base = room.counted(aim)  # a new goal starts at zero; a raised one goes on
            room.aim = aim
            goal = room.goal
            room.goal_told = goal.reached if goal else -1
            tx.emit(room, GoalUpdated, goal=goal)

        return host_plan(client, command.room_id, act)


def _same_goal(before: Goal, after: Goal) -> bool:
    """Whether only the target changes."""
    return before.target > 0 and msgspec.structs.replace(before, target=after.target) == after
