// The sign-in pages load only this.
import { passkey } from "./behaviours/passkey";
import { reveal } from "./behaviours/reveal";
import { attachAll } from "./dom/attach";

attachAll(document, { passkey, reveal });
document.querySelector<HTMLElement>(".fw-summary")?.focus();
