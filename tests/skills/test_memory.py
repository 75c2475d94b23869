from tests.skills.conftest import Talk


def test_a_fact_is_kept_told_and_forgotten(talk: Talk) -> None:
    assert talk.say("memory.recall") == "You haven't asked me to remember anything."
    said = talk.say("memory.remember", text="my sister is called Ana")
    assert said == "I'll remember that your sister is called Ana."
    assert (
        talk.say("memory.recall", about="my sister")
        == "You told me that your sister is called Ana."
    )
    assert talk.say("memory.forget", about="my sister") == (
        "I have forgotten that your sister is called Ana."
    )
    assert talk.say("memory.recall") == "You haven't asked me to remember anything."


def test_forgetting_and_keeping_can_be_taken_back(talk: Talk) -> None:
    talk.say("memory.remember", text="I was born in Bern")
    talk.say("memory.forget", about="born")
    talk.take_back()
    assert talk.say("memory.recall") == "You told me that you were born in Bern."
    talk.say("memory.remember", text="I like tea")
    talk.take_back()
    assert talk.say("memory.recall") == "You told me that you were born in Bern."


def test_all_is_forgotten_only_after_a_yes(talk: Talk) -> None:
    talk.say("memory.remember", text="I like tea")
    plan = talk.plan("memory.forget", all=True)
    assert plan.confirm and plan.reply.expects_reply and plan.action is not None
    assert "tea" in talk.say("memory.recall")
    talk.perform(plan.action)
    assert talk.say("memory.recall") == "You haven't asked me to remember anything."


def test_what_the_user_does_not_know_is_not_forgotten(talk: Talk) -> None:
    talk.say("memory.remember", text="I like tea")
    assert talk.say("memory.forget", about="my wedding") == "I know nothing about that."
    assert "tea" in talk.say("memory.recall")
