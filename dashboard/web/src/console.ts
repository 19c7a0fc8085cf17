// The script of the lead's console and of playback.
import { Meeting } from "./meeting.ts";
import { own } from "./page.ts";
import { Playback } from "./playback.ts";

const { kb } = window;
if (kb?.live && own("kind") === "console") new Meeting(kb, kb.live);
if (kb && own("kind") === "playback") new Playback(kb);
