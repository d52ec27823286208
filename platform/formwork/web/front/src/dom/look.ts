// The reader's look (theme, row height, rail) lives in a cookie, so that the server paints the first page right.

const NAME = "fw_look";

/** Keep one setting of the look for a year. */
export function keepLook(key: string, value: string): void {
  const kept = document.cookie.split("; ").find((part) => part.startsWith(`${NAME}=`));
  const look = new URLSearchParams(decodeURIComponent(kept?.slice(NAME.length + 1) ?? ""));
  if (value) look.set(key, value);
  else look.delete(key);
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${NAME}=${encodeURIComponent(look.toString())}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
}
