// The console's state: parts of frames as they came, and how old they are. Nothing is guessed here.

import { Link, type LinkState } from '../link/link'
import type {
  Console,
  ConsoleHolds,
  ConsoleMissed,
  ConsoleNumbers,
  ConsoleOffer,
  ConsoleServerFrame,
  ConsoleSession,
  ConsoleWaiting,
  FeedItem,
  OfferPhoto,
  Position,
  ReviewGroup,
  Reviews,
  Session as PublicSession,
} from '../wire'
import { call } from './api'

/** What a console is closed with that its shop no longer opens to this person. */
const SHUT = ['unauthorized', 'forbidden', 'no_shop']

export class Session {
  link: LinkState = $state('connecting')
  attempt = $state(0)
  heard = $state(0)
  roundTrip = $state(0)
  /** The server's time, once a second. */
  now = $state(Date.now())
  age = $state(0)
  /** A rehearsal: nothing here is real. */
  practice = $state(false)
  /** What offers show, by code; frames do not carry it. */
  photos: Record<string, OfferPhoto> = $state.raw({})

  about: ConsoleSession | undefined = $state.raw()
  offers: ConsoleOffer[] = $state.raw([])
  numbers: ConsoleNumbers | undefined = $state.raw()
  reviews: Reviews = $state.raw({ open: 0, groups: [] })
  holds: ConsoleHolds = $state.raw({ open: 0, orders: [] })
  waiting: ConsoleWaiting = $state.raw({ total: 0, places: [] })
  missed: ConsoleMissed | undefined = $state.raw()
  /** Whoever looks may look no longer. */
  shut = $state(false)
  /** Cards that are being ignored, or are answered and not yet gone. */
  hidden: Set<string> = $state.raw(new Set())

  /** Told of every new list of rows, outside of what Svelte watches. */
  rows: FeedItem[] = []
  onRows: (rows: FeedItem[]) => void = () => undefined
  onFrame: (before: Before, frame: Console) => void = () => undefined

  private position: Position | undefined
  private connection: Link<ConsoleServerFrame> | undefined
  private timer = 0

  constructor(readonly id: string) {}

  pinned: ConsoleOffer | undefined = $derived(this.offers.find((offer) => offer.pinned))
  groups: ReviewGroup[] = $derived(
    this.reviews.groups.filter((group) => !this.hidden.has(cardOf(group))),
  )
  needs: number = $derived(
    this.reviews.open -
      this.reviews.groups
        .filter((group) => this.hidden.has(cardOf(group)))
        .reduce((sum, group) => sum + group.count, 0),
  )
  /** Nobody else controls pin, pause and end. */
  mine: boolean = $derived(this.about?.controller === undefined || this.about.controller.mine === true)
  online: boolean = $derived(this.link === 'live' || this.link === 'slow')
  over: boolean = $derived(this.about?.state === 'ended' || this.about?.state === 'archived')
  /** Whom `P` pins: the next open one of the run order. */
  next: ConsoleOffer | undefined = $derived.by(() => {
    const at = this.offers.findIndex((offer) => offer.pinned)
    const after = [...this.offers.slice(at + 1), ...this.offers.slice(0, Math.max(at, 0))]
    return after.find((offer) => offer.open && !offer.pinned)
  })

  start(): void {
    this.connection = new Link({
      path: `/v1/sessions/${encodeURIComponent(this.id)}/console`,
      protocol: 'v1.console.chot',
      hello: () => Promise.resolve(this.hello()),
      frame: (frame) => {
        if (frame.type === 'console') this.take(frame)
      },
      changed: (link) => this.linked(link),
    })
    this.timer = window.setInterval(() => this.tick(), 1000)
    const path = `/v1/sessions/${encodeURIComponent(this.id)}`
    call<PublicSession>({ method: 'GET', path }).then(
      (answer) => this.learn(answer),
      () => undefined,
    )
  }

  private learn({ practice, offers }: PublicSession): void {
    this.practice = practice === true
    const shown = offers.flatMap(({ code, photo, thumb }) =>
      photo === undefined || thumb === undefined ? [] : [[code, { photo, thumb }] as const],
    )
    this.photos = { ...Object.fromEntries(shown), ...this.photos }
  }

  stop(): void {
    window.clearInterval(this.timer)
    this.connection?.close()
  }

  /** Nothing is to be seen here any more. */
  shutOut(): void {
    this.shut = true
    this.connection?.close()
  }

  takeControl(): void {
    this.connection?.send({ type: 'control', take: true })
  }

  hide(review: string, hidden: boolean): void {
    const next = new Set(this.hidden)
    if (hidden) next.add(review)
    else next.delete(review)
    this.hidden = next
  }

  private hello(): object {
    if (this.connection?.historyLost === true) {
      this.connection.historyLost = false
      this.position = undefined
    }
    return this.position === undefined ? { type: 'hello' } : { type: 'hello', resume: this.position }
  }

  private take(frame: Console): void {
    const before = { numbers: this.numbers, offers: this.offers, needs: this.needs }
    this.position = frame.position
    if (frame.session !== undefined) this.about = frame.session
    if (frame.offers !== undefined) this.offers = frame.offers
    if (frame.numbers !== undefined) this.numbers = frame.numbers
    if (frame.holds !== undefined) this.holds = frame.holds
    if (frame.waiting !== undefined) this.waiting = frame.waiting
    if (frame.reviews !== undefined) {
      this.reviews = frame.reviews
      const open = new Set(frame.reviews.groups.map(cardOf))
      this.hidden = new Set([...this.hidden].filter((review) => open.has(review)))
    }
    if (frame.missed !== undefined) this.missed = frame.missed
    if (frame.feed !== undefined) {
      this.rows = frame.feed
      this.onRows(frame.feed)
    }
    this.onFrame(before, frame)
  }

  private linked(link: Link<ConsoleServerFrame>): void {
    this.link = link.state
    this.attempt = link.attempt
    this.heard = link.heard
    this.roundTrip = link.roundTrip
    if (SHUT.includes(link.refused) && !this.shut) this.shutOut()
    if (link.state !== 'live') this.tick()
  }

  private tick(): void {
    this.now = this.connection?.now() ?? Date.now()
    this.age = this.heard === 0 ? 0 : Date.now() - this.heard
  }
}

/** The card that stands for its group. */
export function cardOf(group: ReviewGroup): string {
  return group.cards[0]?.review ?? ''
}

/** What was known before a frame. */
export interface Before {
  numbers: ConsoleNumbers | undefined
  offers: ConsoleOffer[]
  needs: number
}
