"""The calls about voices: ``voice_clone``, ``t2a_v2``, ``get_voice``, ``delete_voice``."""

from __future__ import annotations

from starlette.requests import Request

from voiceclone_gui.practice.answers import (
    Json,
    base_resp,
    clone_answer,
    created_time,
    extra_info,
    speech_answer,
    voices_answer,
)
from voiceclone_gui.practice.checks import CloneOrder, check_clone
from voiceclone_gui.practice.codes import VOICE_ID_TAKEN, VOICE_MISSING, Refused, bad_parameter
from voiceclone_gui.practice.front import TRACE_ID
from voiceclone_gui.practice.parts import ServiceParts, read_object
from voiceclone_gui.practice.speech import SpeechJob, SpokenText
from voiceclone_gui.practice.speech_checks import SpeechOrder, check_speech
from voiceclone_gui.practice.state import StoredVoice, VoiceIdUsed

_KINDS = {
    "system": ("system_voice",),
    "voice_cloning": ("voice_cloning",),
    "voice_generation": ("voice_generation",),
    "all": ("system_voice", "voice_cloning", "voice_generation"),
}


class VoiceCalls:
    """The calls about voices. Work that has begun is finished even if the client goes away."""

    def __init__(self, *, parts: ServiceParts) -> None:
        self._parts = parts

    async def clone(self, request: Request) -> Json:
        """Make a voice, and speak a preview where a text was sent. Nothing is made if anything fails."""
        habits = self._parts.script.habits
        order = await check_clone(
            await read_object(request),
            facts=self._parts,
            catalog=self._parts.catalog,
            refuse_short_prompts=habits.refuse_short_prompts,
        )
        demo_audio, info = "", None
        if order.text:
            spoken = await self._parts.desk.speak(self._preview_job(order))
            demo_audio = await self._publish(request, spoken, extension="mp3")
            info = extra_info(spoken, text=order.text)
        try:
            await self._parts.store.do(
                self._parts.state.add_voice,
                order.voice_id,
                recording=order.recording,
                preview_characters=len(order.text),
            )
        except VoiceIdUsed as error:
            raise Refused(VOICE_ID_TAKEN) from error
        return clone_answer(
            demo_audio=demo_audio, extra_info=info, sensitive_as_object=habits.sensitive_as_object
        )

    async def synthesise(self, request: Request) -> Json:
        """Speak with a voice, which is thereby kept."""
        order = check_speech(await read_object(request), catalog=self._parts.catalog)
        voice = await self._parts.store.do(self._parts.state.voice, order.voice_id)
        if voice is None:
            raise Refused(VOICE_MISSING)
        spoken = await self._parts.desk.speak(self._speech_job(order, voice))
        audio = (
            await self._publish(request, spoken, extension=order.container)
            if order.wants_link
            else spoken.audio.hex()
        )
        await self._parts.store.do(self._parts.state.keep_voice, order.voice_id, characters=len(order.text))
        info = {**extra_info(spoken, text=order.text), "audio_format": order.container}
        return speech_answer(audio=audio, extra_info=info, trace_id=request.scope["state"][TRACE_ID])

    async def get_voice(self, request: Request) -> Json:
        """The voices of a kind; a cloned one only after its first synthesis."""
        kind = (await read_object(request)).get("voice_type")
        if not isinstance(kind, str) or kind not in _KINDS:
            raise bad_parameter(f"voice_type must be one of {', '.join(_KINDS)}")
        voices = await self._parts.store.do(self._parts.state.used_voices)
        return voices_answer(_KINDS[kind], voices=voices, null_lists=self._parts.script.habits.null_lists)

    async def delete_voice(self, request: Request) -> Json:
        """Delete a voice for good, used or not; its id is never free again."""
        body = await read_object(request)
        if body.get("voice_type") != "voice_cloning":
            raise bad_parameter("voice_type must be voice_cloning")
        voice_id = body.get("voice_id")
        if not isinstance(voice_id, str) or not voice_id:
            raise bad_parameter("voice_id is required")
        voice = await self._parts.store.do(self._parts.state.voice, voice_id)
        if voice is None:
            raise bad_parameter("voice_id doesn't exist")
        await self._parts.store.do(self._parts.state.delete_voice, voice_id)
        return {"voice_id": voice_id, "created_time": created_time(voice), **base_resp()}

    async def _publish(self, request: Request, spoken: SpokenText, *, extension: str) -> str:
        """Store spoken audio and return the link to it."""
        expires_at_s = self._parts.links.expiry_s()
        name = await self._parts.store.do(
            self._parts.state.add_demo, spoken.audio, extension=extension, expires_at_s=expires_at_s
        )
        query = self._parts.links.query(name, expires_at_s=expires_at_s)
        return f"{self._link_root(request)}/demo/{name}?{query}"

    def _link_root(self, request: Request) -> str:
        # A client that came by another name of this computer gets its links by that name.
        root = self._parts.root
        by_name = root.replace("127.0.0.1", "localhost")
        return by_name if request.headers.get("host") == by_name.removeprefix("http://") else root

    def _preview_job(self, order: CloneOrder) -> SpeechJob:
        return SpeechJob(
            text=order.text,
            recording=order.recording.path,
            language_boost=order.language_boost,
            sound_tags=self._knows_tags(order.model),
            noise_reduction=order.need_noise_reduction,
            volume_normalization=order.need_volume_normalization,
            watermark=order.aigc_watermark,
        )

    def _speech_job(self, order: SpeechOrder, voice: StoredVoice) -> SpeechJob:
        return SpeechJob(
            text=order.text,
            recording=voice.recording,
            language_boost=order.language_boost,
            sound_tags=self._knows_tags(order.model),
            speed=order.speed,
            volume=order.volume,
            semitones=order.semitones,
            container=order.container,
        )

    def _knows_tags(self, model_id: str) -> bool:
        model = self._parts.catalog.model(model_id)
        return model is not None and model.sound_tags
