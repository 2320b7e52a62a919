// This browser is told through its push service, once its owner asks for it; the console works as an app on a phone.

const ADDRESS = "/api/v1/me/push";

export function installWorker(): void {
  // Only where the address is secure and the browser lets it; everything but the app works without it.
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/worker.js").catch(() => undefined);
}

export async function offerPush(page: ParentNode): Promise<void> {
  const part = page.querySelector<HTMLElement>("[data-push]");
  if (!part) return;
  const find = (name: string) => part.querySelector<HTMLElement>(`[data-push-${name}]`)!;
  const unable = !("serviceWorker" in navigator && "PushManager" in window) || Notification.permission === "denied";
  find("unable").hidden = !unable;
  if (unable) return;
  const worker = await navigator.serviceWorker.ready;
  const show = (told: boolean) => {
    find("begin").hidden = told;
    find("end").hidden = !told;
  };
  // The browser may still hold what it was given before somebody logged out; the server then knows nothing of it.
  const held = await worker.pushManager.getSubscription();
  show(held !== null && "pushKnown" in part.dataset);
  find("begin").addEventListener("click", async () => {
    try {
      await (await worker.pushManager.getSubscription())?.unsubscribe();
      const made = await worker.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: part.dataset.push! });
      const name = `${part.dataset.pushName} ${navigator.platform}`.slice(0, 100);
      const answer = await send("PUT", { ...made.toJSON(), name });
      if (!answer.ok) throw new Error(answer.statusText);
      location.reload();
    } catch {
      find("unable").hidden = false;
    }
  });
  find("end").addEventListener("click", async () => {
    await (await worker.pushManager.getSubscription())?.unsubscribe();
    await send("DELETE");
    location.reload();
  });
}

function send(method: string, body?: object): Promise<Response> {
  const headers = { "Content-Type": "application/json" };
  return fetch(ADDRESS, { method, headers, body: body && JSON.stringify(body) });
}
