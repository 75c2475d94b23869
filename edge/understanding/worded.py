"""Sentences whose form says what they mean, whatever words fill it: a pattern reads them. Pure.

Thanks for anything, the time in so many words, hold your tongue, forget what you are doing, say it
again: free words stand in these, which no lexicon explains.
"""

import re
from collections.abc import Sequence

from edge.events import Intent
from edge.understanding.loudness import asks_how_loud
from edge.understanding.snoozing import snooze

_THANKS = re.compile(
    r"(?:(?:i|we) )?(?:(?:just|really|let me|want to|wanted to|would like to|can not) )*"
    r"(?:thank you|thanks|thank you (?:so|very) much|many(?: thanks)?|much obliged"
    r"|a thousand thanks)"
    r"(?: (?:so much|very much|a lot|a bunch|again|enough|kindly|olly))*"
    r"(?: for (?!watching|listening|joining|tuning|shopping|calling|choosing|flying|reading|coming"
    r"|your (?:attention|subscription|patience|support|order|purchase|call|interest))[a-z ]+)?"
    r"|(?:(?:very|so|how) )?"
    r"(?:cool|nice|great|perfect|awesome|wonderful|excellent|brilliant|lovely)"
)
_CLOCK = re.compile(
    r"(?:(?:show|tell|telling|give|read|say|display|check) (?:me )?(?:what )?(?:is )?"
    r"|what is |what |i (?:want|need) (?:to know )?)(?:the )?"
    r"(?:(?:current|exact|correct|right|precise|actual|local|present) )*(?:time|hour)"
    r"(?: (?:is it|it is|now|right now|here|exactly|precisely|at the moment|currently|please))*"
)
_BOTH = re.compile(r"(?:(?:what|tell me|show me|give me) )?(?:is )?(?:the |today )?"
                   r"(?:(?:current|exact) )?(?:date and (?:the )?time|time and (?:the )?date)"
                   r"(?: (?:now|today|please|right now))*")  # fmt: skip
_SILENT = re.compile(
    r"(?:i am in a meeting ,? ?)?(?:(?:do not|never|stop|quit|refrain from|no) "
    r"(?:you )?(?:talk|talking|speak|speaking|respond|responding|answer|answering|reply|replying"
    r"|saying anything|say anything|say a word|say another word|make a sound|making sounds)"
    r"|(?:be|keep|stay) (?:quiet|silent))"
    r"(?: (?:any ?more|any longer|now|again|for .+|until .+|to me|at all))?"
)
_THE_DEED = (
    r"(?:(?:the|my|your|this|that|whatever|all|last|current|present|previous|running|ongoing) )*"
    r"(?:action|request|task|process|command|operation|job|program|instruction|procedure)s?"
)
_CALLED_OFF = re.compile(
    r"(?:i (?:want|need|would like) (?:you )?to )?(?:(?:do not|refrain from) (?:continue|continuing"
    r"|complete|completing|do|doing|carry out|carrying out|finish|finishing|run|running)(?: with)?"
    r"|cancel|cancelling|stop|abort|quit|end|terminate|halt|discontinue|abandon|undo|destroy|kill)"
    rf" (?:{_THE_DEED}(?: (?:that )?i (?:gave|asked|told)(?: (?:for|you))*)?"
    r"|(?:doing )?what (?:you are doing|i (?:just )?(?:asked|told|said)(?: you)?(?: to do)?))"
    r"(?: (?:happening|running))?(?: (?:now|immediately))*|no|nope|nah"
)
_AGAIN = re.compile(
    r"(?:please )?(?:(?:repeat|replay|restate|recite|say|reiterate|rephrase|read back"
    r"|tell me) )(?:me |for me )?(?:back )?(?:again )?(?:"
    r"(?:what|whatever) (?:you|was|it was that you|it is you) (?:have |had |just )*"
    r"(?:said|say|told|saying|spoken)(?: to me)?|what (?:did you|you did) (?:just )?say"
    r"|(?:your|the|that) (?:last|previous|latest|final) (?:thing |things )?"
    r"(?:message|statement|phrase|sentence|utterance|answer|response|reply|remark|words|word|line"
    r"|bit|part|thing|information|instruction)?(?: (?:that )?(?:you )?(?:just )?(?:said|say|told me"
    r"|told|spoken|gave|gave me))?"
    r"|(?:your|that) (?:phrase|statement|message|sentence|answer|response|reply|words)"
    r"(?: you (?:just )?said)?)(?: (?:again|once more|one more time|just now|last|to me|please))*"
    r"|i (?:would like|need|want) (?:that|it) (?:to be )?repeated(?: .*)?|what was (?:just )?said"
)

_NEXT = re.compile(
    r"(?:(?:play|listen to|hear|go to|skip to|move to|move on to|start|put on|give me|go on to) )?"
    r"(?:me )?(?:the |an |a )?(?:(?:next|another|different|following) (?:song|track|tune)"
    r"|(?:song|track|tune) (?:after (?:this|that)|coming (?:on |up )?next|that (?:is|comes) next))"
    r"(?: one)?(?: (?:on|in|from|of) (?:the |my |this |that )?(?:playlist|album|list|queue|cd))?"
    r"(?: (?:now|up|please))*"
    r"|(?:change|skip|switch) (?:this|the|that) (?:song|track|tune|music)"
    r"(?: (?:it|because|i|this|that|as) .+)?"
)

_PLAYING = re.compile(
    r"(?:tell me |do you know )?(?:what is|what are we|what am i|whats) "
    r"(?:(?:currently |now )?playing|listening to)"
    r"(?: (?:now|right now|here|on the .+|at the moment))*"
    r"|(?:tell me )?(?:what|which) (?:song|track|tune|music|album) (?:is|am i|are we)"
    r"(?: (?:this|that|it|on|playing|called|listening to|currently|right|now))+"
    r"|(?:tell me )?what is (?:the name of )?(?:this|that) (?:song|track|tune|music)(?: called)?"
    r"|(?:tell me )?what is the name of the (?:song|track)(?: that is)? playing"
    r"|(?:name|identify) (?:this|that) (?:song|tune|track)"
)
_MUTED = re.compile(
    r"(?:(?:set|turn|go|put|keep|stay|be|leave) )?(?:on |to |it |yourself )*"
    r"(?:mute|muted|silent|silenced|silence)(?: (?:mode|on|yourself|the sound|it|everything))*"
    r" until (?:i|we|you|he|she|further|said|told|otherwise|instructed|notified)\b.*"
)


def worded(words: Sequence[str]) -> tuple[Intent, ...]:
    """What a sentence says by its form; nothing where it has none of them."""
    found = snooze(words) or asks_how_loud(words)
    if found is not None:
        return (found,)
    line = " ".join(word for word in words if word != ",")
    if _BOTH.fullmatch(line):
        return Intent("time.now"), Intent("date.today")
    return next((_meant(name) for name, form in _FORMS if form.fullmatch(line)), ())


def _meant(name: str) -> tuple[Intent, ...]:
    return (Intent(name),)


_FORMS = (
    ("assistant.thanks", _THANKS),
    ("time.now", _CLOCK),
    ("assistant.stop", _SILENT),
    ("assistant.cancel", _CALLED_OFF),
    ("assistant.repeat", _AGAIN),
    ("media.next", _NEXT),
    ("media.get", _PLAYING),
    ("volume.mute", _MUTED),
)
