// One socket to the server: comes back by itself, notices silence, knows the server's clock.
//
//   connecting ─▶ live ◀─▶ slow ─▶ offline ─▶ connecting …      ended: no more
//
// Promises: whoever shows figures is told within seconds that they have grown old; a frame is
// handed on once, in order. Never: says that something was sent which was not.

export type LinkState = 'connecting' | 'live' | 'slow' | 'offline' | 'ended'

export interface LinkOptions<Frame extends { type: string }> {
  /** Path below this server, from its root. */
  path: string
  protocol: string
  /** The first frame of every connection. */
  hello: () => Promise<object>
  /** Every frame but pongs. */
  frame: (frame: Frame) => void
  /** Something about the connection has changed. */
  changed: (link: Link<Frame>) => void
}

const PING_MS = 2_000
const SLOW_MS = 3_000
const OFFLINE_MS = 6_000
/** Silence after which the connection is given up and another is tried. */
const DEAD_MS = 15_000
const BACKOFF_MIN_MS = 500
const BACKOFF_MAX_MS = 15_000
const HISTORY_LOST = 4001

/** What the link itself reads of a frame. */
interface Heard {
  type: string
  now?: string
  next_ms?: number
  key?: string
  retry_after_ms?: number
}

export class Link<Frame extends { type: string } = { type: string }> {
  state: LinkState = 'connecting'
  /** Which try since it was last live. */
  attempt = 0
  /** When something last came, by this device's clock; 0 before the first. */
  heard = 0
  /** What to add to this device's clock to have the server's. */
  offset = 0
  /** Round trip of the last ping, in milliseconds. */
  roundTrip = 0
  /** The server said that its history is another one: forget what is known. */
  historyLost = false
  /** Why the server closed it last, where coming back with the same is no better. */
  refused = ''

  private socket: WebSocket | undefined
  private pinged = 0
  /** How often the server wants to be asked: grows with the crowd. */
  pingEvery = PING_MS
  private waits = 0
  /** How long the server said last to stay away; whatever it says but that takes it back. */
  private later: number | undefined
  /** Which connection is being made; an older one that comes late is none. */
  private turn = 0
  private dialled = 0
  private spoke = false
  private readonly timer: number

  constructor(private readonly options: LinkOptions<Frame>) {
    this.timer = window.setInterval(() => this.look(), 500)
    document.addEventListener('visibilitychange', this.woken)
    window.addEventListener('online', this.woken)
    void this.connect()
  }

  /** The server's time now, in milliseconds. */
  now(): number {
    return Date.now() + this.offset
  }

  /** Sends a frame; false if there is no connection to send it on. */
  send(frame: object): boolean {
    if (this.socket?.readyState !== WebSocket.OPEN || this.state === 'offline') return false
    this.socket.send(JSON.stringify(frame))
    return true
  }

  /** Gives this connection up for a new one at once: `hello` has something else to say. */
  again(): void {
    if (this.state === 'ended') return
    this.drop()
    this.retry(0)
  }

  /** Ends it for good. */
  close(): void {
    window.clearInterval(this.timer)
    document.removeEventListener('visibilitychange', this.woken)
    window.removeEventListener('online', this.woken)
    this.to('ended')
    this.drop()
  }

  private readonly woken = (): void => {
    if (document.visibilityState === 'visible' && this.socket === undefined) this.retry(0)
  }

  private async connect(): Promise<void> {
    this.attempt += 1
    this.turn += 1
    const { turn } = this
    this.dialled = Date.now()
    this.spoke = false
    let hello: object
    try {
      hello = await this.options.hello()
    } catch (error) {
      if (turn !== this.turn) return
      if (error instanceof Ended) {
        this.close()
        return
      }
      this.later = (error as NotNow).retry_after_ms
      this.to('offline')
      this.retry()
      return
    }
    if (this.state === 'ended' || turn !== this.turn) return
    const address = new URL(this.options.path, location.href)
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
    const socket = new WebSocket(address, this.options.protocol)
    this.socket = socket
    this.pinged = 0
    socket.onopen = () => socket.send(JSON.stringify(hello))
    socket.onmessage = (event) => this.heardFrom(socket, event)
    socket.onclose = ({ code, reason }) => this.closed(socket, code, reason)
  }

  private heardFrom(socket: WebSocket, event: MessageEvent<string>): void {
    if (socket !== this.socket) return
    const frame = JSON.parse(event.data) as Heard
    this.heard = Date.now()
    this.spoke = true
    if (frame.type === 'pong') {
      this.roundTrip = this.heard - this.pinged
      this.pinged = 0
      if (frame.now !== undefined) this.clockIs(Date.parse(frame.now) + this.roundTrip / 2)
      if (frame.next_ms !== undefined) this.pingEvery = frame.next_ms
    } else {
      // An error may be all that a refused newcomer hears: only other frames say that we are in.
      if (frame.type !== 'error') this.attempt = 0
      if (!frame.key) this.later = frame.retry_after_ms
      this.options.frame(frame as { type: string } as Frame)
    }
    this.look()
  }

  /** Small differences are the network's, not the clock's. */
  private clockIs(server: number): void {
    const offset = server - Date.now()
    if (Math.abs(offset - this.offset) > 250) this.offset = offset
  }

  private closed(socket: WebSocket, code: number, reason: string): void {
    if (socket !== this.socket) return
    this.socket = undefined
    if (this.state === 'ended') return
    if (code === HISTORY_LOST) this.historyLost = true
    if (code >= 4500) {
      // Tries that only the network ended do not count: it is over when the same is said again.
      if (this.attempt > 3 && this.refused === reason) {
        this.close()
        return
      }
      this.refused = reason
    }
    this.to('offline')
    this.retry()
  }

  /**
   * With jitter, so that a village does not come back in one second, and no sooner than the server
   * said.
   */
  private retry(after?: number): void {
    window.clearTimeout(this.waits)
    const most = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** this.attempt)
    after ??= Math.max(this.later ?? 0, BACKOFF_MIN_MS / 2 + Math.random() * most)
    this.waits = window.setTimeout(() => void this.connect(), after)
    this.options.changed(this)
  }

  /** Looks at how long it has been silent. */
  private look(): void {
    const socket = this.socket
    const now = Date.now()
    if (socket === undefined || socket.readyState !== WebSocket.OPEN || this.heard === 0) {
      if (now - Math.max(this.heard, this.dialled) > OFFLINE_MS) this.to('offline')
      if (socket !== undefined && !this.spoke && now - this.dialled > DEAD_MS) this.again()
      this.options.changed(this)
      return
    }
    const silent = this.pinged === 0 ? 0 : now - this.pinged
    if (this.pinged === 0 && now - this.heard >= this.pingEvery - 500) {
      this.pinged = now
      socket.send('{"type":"ping"}')
    }
    if (silent > DEAD_MS) {
      this.drop()
      this.retry()
    }
    const late = silent > SLOW_MS - PING_MS ? 'slow' : 'live'
    this.to(silent > OFFLINE_MS - PING_MS ? 'offline' : late)
    this.options.changed(this)
  }

  private to(state: LinkState): void {
    if (this.state === state || this.state === 'ended') return
    this.state = state
    this.options.changed(this)
  }

  private drop(): void {
    const socket = this.socket
    this.socket = undefined
    socket?.close(1000)
  }
}

/** Thrown by `hello`: there is nothing to come back to. */
export class Ended extends Error {}

/** What else `hello` throws may say after how many milliseconds it is to be tried again. */
export interface NotNow {
  retry_after_ms?: number
}
