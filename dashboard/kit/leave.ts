// Leaving what was opened: Escape closes a menu, or else the panel, and the focus is
// again where one came from; a press beside a menu closes it. Signing in leads back to
// where one is: the address knows what was chosen since the page came.
import type { Grid } from "./grid.ts";
import { all, byId, find, own } from "./page.ts";

const menus = "details.folded[open]";

// busy: something typed would be lost.
export function leaves(grid: Grid, busy: () => boolean): void {
	document.addEventListener("keydown", (event) => {
		if (event.key !== "Escape" || event.defaultPrevented) return;
		const menu = find<HTMLDetailsElement>(menus);
		if (menu) {
			menu.open = false;
			find("summary", menu)?.focus();
		} else if (!busy() && byId("following")?.hidden !== false) grid.close();
	});
	document.addEventListener("click", (event) => {
		const target = event.target as Element;
		for (const menu of all<HTMLDetailsElement>(menus)) if (!menu.contains(target)) menu.open = false;
		const login = target.closest<HTMLAnchorElement>("a[data-login]");
		if (login) login.search = "?next=" + encodeURIComponent(location.pathname.slice(own("base").length) + location.search);
		const plain = !event.defaultPrevented && !event.ctrlKey && !event.metaKey && !event.shiftKey;
		if (plain && target.closest("#panel .close") && grid.close()) event.preventDefault();
	});
}
