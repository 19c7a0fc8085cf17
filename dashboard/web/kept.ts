// What somebody typed and has not sent yet, kept by the browser: for pages that know who
// reads, and those that lead to them. A page that is kept for everybody has no use of it.
import { forgetAtLogout } from "../kit/drafts.ts";
import { own } from "../kit/page.ts";
import { goBack } from "../meetings/ended.ts";
import { keepReport, tellKept } from "../meetings/report.ts";

keepReport();
tellKept();
forgetAtLogout();
if (own("kind") === "ended") goBack();
