"""Tasks, appointments, calls, messages and notes about accounts, leads, deals and orders."""

import random
from dataclasses import dataclass

from customers import Account, phone_in
from deals import Deal
from writing import Shelves, moment

TASKS = {
    "en": [
        "Send the data sheet",
        "Call back about delivery",
        "Prepare the offer",
        "Check the credit limit",
        "Book the calibration visit",
    ],
    "es": ["Enviar la ficha técnica", "Llamar por el plazo de entrega", "Preparar la oferta"],
    "zh": ["发送产品资料", "确认交货时间", "准备报价单"],
    "ko": ["제품 자료 보내기", "납기 확인 전화", "견적서 준비"],
}
MEETINGS = {
    "en": ["Site visit", "Demonstration", "Quarterly review", "Kick-off"],
    "es": ["Visita a planta", "Demostración", "Revisión trimestral"],
    "zh": ["现场拜访", "产品演示", "季度回顾"],
    "ko": ["현장 방문", "제품 시연", "분기 점검"],
}
CALLS = {
    "en": [
        "Asked for a revised date; quality wants the certificates first.",
        "Budget is approved, purchasing sends the order next week.",
        "Not reached, left a message with the assistant.",
    ],
    "es": ["Piden los certificados antes de decidir.", "Presupuesto aprobado, falta la firma del director."],
    "zh": ["客户要求先提供检定证书。", "预算已批准，下周下单。"],
    "ko": ["인증서를 먼저 요청했습니다.", "예산 승인 완료, 다음 주 발주 예정입니다."],
}
NOTES = {
    "en": [
        "Decides together with the plant manager. Prefers mornings.",
        "Compares with one other supplier; price is not the first question.",
    ],
    "es": ["Decide junto con el gerente de planta.", "Valora sobre todo el servicio local."],
    "zh": ["技术部门意见很重要。", "希望由本地工程师安装。"],
    "ko": ["공장장과 함께 결정합니다.", "현지 서비스가 가장 중요합니다."],
}


@dataclass
class Topic:
    """A record something is done about."""

    package: str
    object: str
    key: str
    account: Account

    @property
    def link(self) -> dict[str, str]:
        """The record as a look-up to several objects names it."""
        return {"object": self.object, "id": self.key}


def add_activities(shelves: Shelves, rng: random.Random, accounts: list[Account], deals: list[Deal]) -> None:
    """About 150 activities between three months ago and three weeks ahead."""
    live = [one for one in accounts if one.contacts and one.status in ("customer", "prospect")]
    topics = [Topic("activities", "account", one.key, one) for one in live]
    topics += [
        Topic("sales", "opportunity", deal.key, deal.account)
        for deal in deals
        if deal.is_open and deal.account.contacts
    ] * 2
    for key, name, kind, capacity in (
        ("res-room", "Meeting room Harbour", "room", 8),
        ("res-van", "Service van 2", "vehicle", 3),
    ):
        shelves.add("activities", "resource", key, name=name, kind=kind, capacity=capacity, department="dep-sales")
    for at in range(1, 51):
        _task(shelves, rng, at, rng.choice(topics))
    for at in range(1, 34):
        _event(shelves, rng, at, rng.choice(topics))
    for at in range(1, 37):
        _call(shelves, rng, at, rng.choice(topics))
    for at in range(1, 17):
        _message(shelves, rng, at, rng.choice(topics))
    for at in range(1, 21):
        _note(shelves, rng, at, rng.choice(topics))


def _task(shelves: Shelves, rng: random.Random, at: int, topic: Topic) -> None:
    due = rng.choice((-6, -3, -1, -0.2, 0.1, 0.2, 0.3, 1, 1.2, 2, 3, 5, 8, 13))
    status = (
        rng.choice(("open", "in_progress", "waiting", "done"))
        if due < 0
        else rng.choice(("open", "open", "in_progress"))
    )
    owner = topic.account.owner
    shelves.add(
        topic.package,
        "task",
        f"tsk-{at:03d}",
        subject=rng.choice(TASKS[topic.account.language]),
        due_on=moment(due),
        priority=rng.choices(("low", "normal", "high", "urgent"), (10, 60, 22, 8))[0],
        status=status,
        related_to=topic.link,
        assignee={"object": "user", "id": owner},
        done_at=moment(due - 0.1) if status == "done" else None,
        result="Done by phone." if status == "done" else None,
        owner=owner,
    )


def _event(shelves: Shelves, rng: random.Random, at: int, topic: Topic) -> None:
    starts = rng.choice((-40, -26, -15, -8, -4, -2, 0.15, 1, 2, 3, 6, 9, 15)) + rng.choice((0, 0.04, 0.08))
    held = starts < 0
    contact = rng.choice(topic.account.contacts)
    shelves.add(
        topic.package,
        "event",
        f"evt-{at:03d}",
        record_type="meeting",
        subject=f"{rng.choice(MEETINGS[topic.account.language])}: {topic.account.name}"[:200],
        starts_at=moment(starts),
        ends_at=moment(starts + rng.choice((0.0417, 0.0625, 0.0834))),
        location=rng.choice((topic.account.city, topic.account.city, "Meeting room Harbour")),
        related_to=topic.link,
        contacts=[contact],
        status=("cancelled" if at % 11 == 0 else "held") if held else "planned",
        result="Next step agreed." if held and at % 11 else None,
        owner=topic.account.owner,
        attendees=[
            {
                "external_id": f"evt-{at:03d}-1",
                "person": {"object": "contact", "id": contact},
                "status": "accepted" if held else "invited",
            }
        ],
    )


def _call(shelves: Shelves, rng: random.Random, at: int, topic: Topic) -> None:
    ago = rng.choice((0.1, 0.2, 1, 2, 3, 5, 9, 14, 22, 35, 50, 80)) + rng.choice((0, 0.03, 0.06))
    missed = at % 7 == 0
    direction = "missed" if missed else rng.choice(("out", "out", "in"))
    shelves.add(
        topic.package,
        "call_log",
        f"cal-{at:03d}",
        direction=direction,
        number=phone_in(topic.account.city, 200 + at),
        related_to=topic.link,
        contact=rng.choice(topic.account.contacts),
        agent=topic.account.owner,
        started_at=moment(-ago),
        answered_at=None if missed else moment(-ago),
        ended_at=moment(-ago + (0 if missed else rng.choice((0.0105, 0.0209)))),
        outcome="no_answer" if missed else rng.choice(("reached", "reached", "call_back", "voicemail")),
        notes=None if missed else rng.choice(CALLS[topic.account.language]),
        owner=topic.account.owner,
    )


def _message(shelves: Shelves, rng: random.Random, at: int, topic: Topic) -> None:
    incoming = at % 3 == 0
    ago = rng.choice((0.3, 1, 2, 4, 7, 12, 19, 30))
    ours, theirs = f"{topic.account.owner}@meridian.example.com", f"info@{topic.account.domain}.example.com"
    shelves.add(
        topic.package,
        "message",
        f"msg-{at:03d}",
        record_type="e-mail",
        direction="in" if incoming else "out",
        subject=rng.choice(("Offer", "Delivery date", "Certificates", "Our visit")),
        body=f"<p>{rng.choice(CALLS[topic.account.language])}</p>",
        to=ours if incoming else theirs,
        related_to=topic.link,
        contact=topic.account.contacts[0],
        status="received" if incoming else "sent",
        sent_at=moment(-ago),
        owner=topic.account.owner,
        **{"from": theirs if incoming else ours},
    )


def _note(shelves: Shelves, rng: random.Random, at: int, topic: Topic) -> None:
    shelves.add(
        topic.package,
        "note",
        f"not-{at:03d}",
        record_type="memo",
        title=f"About {topic.account.name}"[:200],
        body=f"<p>{rng.choice(NOTES[topic.account.language])}</p>",
        related_to=topic.link,
        pinned=at % 6 == 0,
        owner=topic.account.owner,
    )
