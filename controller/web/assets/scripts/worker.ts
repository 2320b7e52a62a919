// Works for the console while none of its pages is open. It keeps one page, which says that there is no network, and the
// files of that page; whatever tells how things stand comes from the server or not at all.

declare const self: ServiceWorkerGlobalScope;
export {};

const KEPT = "offline-1";
const PAGE = "/offline";

interface Told {
  title: string;
  text: string;
  about: string;
  tag: string;
}

self.addEventListener("install", (event) => event.waitUntil(keep().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers().then(() => self.clients.claim())));

self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(fetch(request).catch(() => kept(PAGE)));
  // Their names change with their content: what has the same name is the same.
  else if (new URL(request.url).pathname.startsWith("/assets/")) {
    event.respondWith(fetch(request).catch(() => kept(request.url)));
  }
});

self.addEventListener("push", (event) => {
  if (!event.data) return;
  const told = event.data.json() as Told;
  event.waitUntil(
    self.registration.showNotification(told.title, {
      body: told.text,
      tag: told.tag,
      data: told.about,
    }),
  );
});

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(String(event.notification.data ?? "/")));
});

async function keep(): Promise<void> {
  const cache = await caches.open(KEPT);
  const page = await fetch(PAGE, { cache: "reload" });
  const files = (await page.clone().text()).match(/\/assets\/[\w.-]+/g) ?? [];
  await cache.put(PAGE, page);
  await cache.addAll([...new Set(files)]);
}

async function forgetOthers(): Promise<void> {
  for (const name of await caches.keys()) if (name !== KEPT) await caches.delete(name);
}

async function kept(address: string): Promise<Response> {
  const cache = await caches.open(KEPT);
  return (await cache.match(address)) ?? Response.error();
}

async function open(about: string): Promise<void> {
  const address = new URL(about, self.location.origin);
  if (address.origin !== self.location.origin) return;
  const windows = await self.clients.matchAll({ type: "window" });
  const there = windows.find((one) => new URL(one.url).pathname === address.pathname) ?? windows[0];
  if (!there) return void (await self.clients.openWindow(address));
  await there.focus();
  if (there.url !== address.href) await there.navigate(address);
}
