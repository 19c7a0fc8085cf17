// The script of the lead's console, of what follows it, and of playback.
import { showUnsaved } from "../meetings/ended.ts";
import { Meeting } from "./meeting.ts";
import { own } from "../kit/page.ts";
import { Playback } from "../playback/playback.ts";

const { kb } = window;
if (kb?.live && own("kind") === "console") new Meeting(kb, kb.live);
if (kb && own("kind") === "playback") new Playback(kb);
if (own("kind") === "ended") showUnsaved();
