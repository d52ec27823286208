// Every signed-in page loads this: htmx for fragments, and the behaviours its mark-up names.
import "htmx.org";
import { apiname } from "./behaviours/apiname";
import { confirm } from "./behaviours/confirm";
import { copy } from "./behaviours/copy";
import { details } from "./behaviours/details";
import { dialog } from "./behaviours/dialog";
import { files } from "./behaviours/files";
import { filter } from "./behaviours/filter";
import { autosubmit, form, settleDraft } from "./behaviours/form";
import { grid } from "./behaviours/grid";
import { keys } from "./behaviours/keys";
import { look } from "./behaviours/look";
import { kind, lookup, many } from "./behaviours/lookup";
import { menu } from "./behaviours/menu";
import { guardRepeats } from "./behaviours/once";
import { options } from "./behaviours/options";
import { palette } from "./behaviours/palette";
import { passkey } from "./behaviours/passkey";
import { picture } from "./behaviours/picture";
import { keepPlace } from "./behaviours/place";
import { progress } from "./behaviours/progress";
import { rail } from "./behaviours/rail";
import { reveal } from "./behaviours/reveal";
import { rich } from "./behaviours/rich";
import { rows } from "./behaviours/rows";
import { signature } from "./behaviours/signature";
import { summary } from "./behaviours/summary";
import { tabs } from "./behaviours/tabs";
import { flash, toasts } from "./behaviours/toasts";
import { crumbs, trail } from "./behaviours/trail";
import { upload } from "./behaviours/upload";
import { attachAll } from "./dom/attach";

const behaviours = {
  apiname, autosubmit, confirm, copy, crumbs, details, dialog, files, filter, flash, form, grid, keys, kind, look,
  lookup, many, menu, options, palette, passkey, picture, progress, rail, reveal, rich, rows, signature, summary, tabs, toasts, trail, upload,
};

settleDraft();
attachAll(document, behaviours);
for (const name of ["htmx:load", "fw:content"]) {
  document.addEventListener(name, (event) => attachAll(event.target as Element, behaviours));
}
guardRepeats();
keepPlace();
