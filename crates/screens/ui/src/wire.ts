// Generated from proto/chot/live/v1 by `CHOT_GOLDEN=write cargo test -p proto --test typescript`.
// What is said over sockets and HTTP, in its JSON form: quantities are numbers in the item's unit,
// times are RFC 3339 in UTC, bytes are hexadecimal. A field with `?` is left out where nothing is
// to be said.

/** From a viewer. In JSON the oneof's name is the field `type`. */
export type ClientFrame =
  | ({ type: 'hello' } & Hello)
  | ({ type: 'comment' } & Comment)
  | ({ type: 'claim' } & Claim)
  | ({ type: 'release' } & Release)
  | ({ type: 'extend' } & Extend)
  | ({ type: 'undo' } & Undo)
  | ({ type: 'ping' } & Ping)

/** To a viewer. In JSON the oneof's name is the field `type`. */
export type ServerFrame =
  | ({ type: 'welcome' } & Welcome)
  | ({ type: 'outcome' } & Outcome)
  | ({ type: 'stock' } & Stock)
  | ({ type: 'order' } & Order)
  | ({ type: 'error' } & Error)
  | ({ type: 'pong' } & Pong)

/** A place in the shop's history; compare epoch, then seq. */
export interface Position {
  epoch: number
  seq: number
}

/** Integer minor units (đồng have none) and an ISO 4217 code. A bare number on the way in means đồng. */
export interface Money {
  amount: number
  currency: string
}

/** First, within ten seconds. */
export interface Hello {
  ticket: string
  resume?: Position
}

/** Words, under a key of at most 64 characters that is unique for this buyer. */
export interface Comment {
  key: string
  text: string
}

/** A tap. */
export interface Claim {
  key: string
  lines: WantedLine[]
}

export interface WantedLine {
  code: string
  /** axis order, empty where not said (null in JSON) */
  variant?: (string | null)[]
  quantity: number
}

/** Gives back an own open line, or all without a code; so much of it with a quantity. */
export interface Release {
  key: string
  code?: string
  quantity?: number
}

/** Asks for more time for an own order. */
export interface Extend {
  key: string
  order: string
}

/** Takes a cancel of an own order back while that can be done. */
export interface Undo {
  key: string
  order: string
}

/** Is somebody there? Answered by a pong, which no other message is. */
export interface Ping {
  echo?: number
}

export interface Welcome {
  buyer: string
  session: string
  state: SessionState
  offers: Offer[]
  orders: Order[]
  position: Position
  complete: boolean
}

export interface VariantPrice {
  variant?: (string | null)[]
  price: Money
}

export interface VariantStock {
  variant?: (string | null)[]
  left: number
}

/** An offer as anyone may see it. */
export interface Offer {
  code: string
  name: string
  price: Money
  unit: string
  step: number
  left: number
  left_by_variant?: VariantStock[]
  open: boolean
  pinned: boolean
  version: number
  limit_per_buyer?: number
  variants?: string[][]
  prices?: VariantPrice[]
  packs?: Record<string, number>
  aliases?: string[]
  item: string
  ready_at?: string
  /** an address here; in a session asked for over HTTP only */
  photo?: string
  /** the same, small */
  thumb?: string
}

export interface OutcomeLine {
  code: string
  variant?: (string | null)[]
  held: number
  waitlisted: number
  position_in_line?: number
}

export type Result = 'held' | 'partial' | 'waitlisted' | 'cancelled' | 'refused' | 'review' | 'noted' | 'error'

/** What came of one key; the same the first time and every time. */
export interface Outcome {
  key?: string
  result: Result
  reason?: string
  number?: number
  lines: OutcomeLine[]
  order?: string
  review?: string
  hold_until?: string
  /** none where an entry could not be taken */
  position?: Position
  /** 32 bytes; lower-case hexadecimal in JSON */
  receipt?: string
  /** a span; with result error: the same again then */
  retry_after_ms?: number
}

export interface StockOffer {
  code: string
  left: number
  price: Money
  open: boolean
  pinned: boolean
}

/** A state, not a difference; coalesced. */
export interface Stock {
  offers: StockOffer[]
  position: Position
  /** draft, live, paused, ended, archived */
  state: string
}

export interface OrderLine {
  code: string
  variant?: (string | null)[]
  held: number
  waitlisted: number
  position_in_line?: number
  price: Money
}

export type OrderState = 'held' | 'confirmed' | 'paid' | 'cancelled' | 'expired'

export interface Order {
  order: string
  buyer: string
  buyer_name?: string
  state: OrderState
  lines: OrderLine[]
  delivery_fee?: Money
  total: Money
  hold_until?: string
  position: Position
  undo_until?: string
  /** the path of its own page, to its buyer only */
  page?: string
}

/** To who asked, and to nobody else. */
export interface Pong {
  now: string
  position: Position
  /** a span */
  next_ms?: number
  echo?: number
}

export interface Error {
  code: string
  detail: string
  key?: string
  /** a span; the same again then */
  retry_after_ms?: number
}

export interface StockOfVariant {
  variant?: (string | null)[]
  stock: number
}

/** An offer as a host makes it. In JSON `packs` is an object, `variants` an array of arrays. */
export interface OfferTerms {
  code: string
  name: string
  price: Money
  unit: string
  step?: number
  stock?: number
  stock_by_variant?: StockOfVariant[]
  variants?: string[][]
  prices?: VariantPrice[]
  packs?: Record<string, number>
  aliases?: string[]
  limit_per_buyer?: number
  item?: string
  ready_at?: string
}

export interface Hold {
  until?: 'end'
  plus_seconds?: number
  seconds?: number
}

export interface Delivery {
  fee?: Money
  free_from?: Money
}

/** So many seconds. In a rule null is none. */
export interface Span {
  seconds: number
}

/** Limits against hoarding. In JSON null, like 0, is no limit. */
export interface Hoarding {
  holds_per_buyer?: number | null
  orders_per_network?: number | null
  expiries?: number | null
  cooldown_seconds?: number | null
}

/** Every field has a default (domain::Rules). */
export interface Rules {
  settle?: 'cod' | 'prepay'
  hold?: Hold
  waitlist?: boolean
  delivery?: Delivery
  strictness?: string
  repeat_comment?: string
  repeat_code?: string
  buyer_cancel?: string
  bare_code_qty?: number
  spaced_code?: string
  bare_number?: string
  verb_plus_question?: string
  cancel_by_minus?: boolean
  over_limit?: string
  repeat_in_comment?: string
  ignore_leading_zeros?: boolean
  missing_variant?: string
  chuc?: number
  phone_only_single?: string
  edited?: string
  late_order?: string
  code_prefix?: string
  partial_fill?: boolean
  promotion_hold?: Span | null
  limit_per_buyer?: number | null
  cancel_undo?: Span | null
  hoarding?: Hoarding
}

export interface OpenSession {
  title: string
  offers: OfferTerms[]
  rules?: Rules
}

export interface SetState {
  state: 'live' | 'paused' | 'ended'
}

/** Rules that are said here are new, the others stay. */
export interface ChangeSession {
  rules: Rules
}

export interface ChangeOffer {
  price?: Money
  restock?: number
  stock?: number
  /** which stock figure, where the item has several */
  variant?: (string | null)[]
  open?: boolean
  pinned?: boolean
  limit_per_buyer?: number
}

export interface PlatformComment {
  platform: string
  comment_id: string
  buyer_id: string
  buyer_name: string
  text: string
  sent_at?: string
  edited_at?: string
  author?: 'viewer' | 'shop' | 'moderator'
}

export interface Outcomes {
  outcomes: Outcome[]
}

export interface AskTicket {
  name: string
  buyer_token?: string
}

export interface Ticket {
  ticket: string
  buyer: string
  buyer_token: string
}

/** An order on behalf of a named buyer. */
export interface HostClaim {
  buyer_name: string
  buyer?: string
  lines: WantedLine[]
  /** codes that go back in the same moment: a swap */
  instead_of?: string[]
}

export interface ExtendOrder {
  seconds: number
}

/** A comment that waits for a person. */
export interface ReviewCard {
  review: string
  buyer: string
  buyer_name?: string
  at: string
  text?: string
}

/** Cards with the same reading, which one answer may resolve. */
export interface ReviewGroup {
  reason: string
  rule: number
  /** what was heard as a code and is none */
  about?: string
  suggestion?: WantedLine[]
  count: number
  /** the first of them */
  cards: ReviewCard[]
}

export interface Reviews {
  groups: ReviewGroup[]
  open: number
  /** none on a console */
  as_of?: Position
}

/** Lines, or ignore: not both. */
export interface AnswerReview {
  lines: WantedLine[]
  ignore?: boolean
  group?: boolean
  remember?: boolean
  instead_of?: string[]
}

export interface Resolved {
  resolved: string[]
  position: Position
  receipt: string
}

export interface BlockBuyer {
  buyer: string
  blocked?: boolean
}

export interface Blocked {
  buyer: string
  blocked: boolean
  position: Position
  receipt: string
}

export interface AskLink {
  buyer_token: string
}

/** A code that an account types as #4821 to become this buyer. */
export interface Link {
  code: string
  until: string
  position: Position
  receipt: string
}

/** Where one claim of an order stands in the ledger. */
export interface Receipt {
  number: number
  codes?: string[]
  at: string
  epoch: number
  seq: number
  prev: string
  hash: string
  /** base64 of the journaled bytes, as in the ledger */
  frame: string
}

export interface Receipts {
  receipts: Receipt[]
}

export interface OfferSummary {
  code: string
  stock: number
  free: number
  held: number
  sold: number
  taken: number
  waiting: number
}

export interface StateSummary {
  state: OrderState
  orders: number
  goods: Money
  delivery: Money
  total: Money
}

/** When an offer was first asked for and there was not enough, and what that may have cost. */
export interface StockOut {
  code: string
  name: string
  at: string
  lost: number
  lost_amount: Money
}

/** What a session came to. */
export interface Summary {
  session: string
  claims: number
  reviews: number
  orders: StateSummary[]
  offers: OfferSummary[]
  total: Money
  balanced: boolean
  as_of: Position
  /** held and confirmed ones, by number */
  unpaid?: Order[]
  unpaid_orders: number
  stock_outs: StockOut[]
  comments: number
  unrecognised: number
}

export type SessionState = 'draft' | 'live' | 'paused' | 'ended' | 'archived'

/** The public view of a session. */
export interface Session {
  session: string
  title: string
  state: SessionState
  pinned?: string
  offers: Offer[]
  position: Position
  /** true: nothing of it is real */
  practice?: boolean
}

/** What an offer shows: addresses here, the same picture in two sizes. */
export interface OfferPhoto {
  photo: string
  thumb: string
}

/** What another offer of the shop shows. */
export interface CopyPhoto {
  /** session/code */
  from: string
}

/** A practice live like this session. */
export interface Practise {
  session: string
}

export interface Orders {
  orders: Order[]
  next_cursor?: string
  as_of: Position
}

/** Where an order's buyer sees it. */
export interface BuyerPage {
  path: string
  url?: string
}

/** Where an order goes. */
export interface Contact {
  name: string
  phone: string
  address: string
  consent: Consent
}

/** Somebody is forgotten, with so many accounts. */
export interface Erasure {
  erased: boolean
  accounts: number
  position: Position
}

/** One account of a buyer, as their shop keeps it. */
export interface BuyerAccount {
  buyer: string
  platform: string
  platform_id: string
  name?: string
  heard: string
  contact: Contact
}

/** Something that happened to a buyer, and what they said. Their copy adds the event. */
export interface BuyerDeed {
  position: Position
  at: string
  said?: BuyerWords[]
}

/** What a buyer said, as it is sealed beside the ledger. */
export interface BuyerWords {
  key: string
  name: string
  text: string
  phones?: string[]
  platform: string
}

/** What the buyer agreed to. */
export interface Consent {
  purpose: string
  version: number
  at: string
}

export type Role = 'owner' | 'host' | 'clerk' | 'packer' | 'watcher' | 'helper' | 'assistant'

export type Salutation = 'bạn' | 'anh chị' | 'cô bác'

export type Act = 'bring_comments' | 'look' | 'sell' | 'correct_stock' | 'see_orders' | 'order' | 'see_contacts' | 'export' | 'manage_people' | 'answer_buyers'

export type Duty = 'none' | 'helper' | 'operator'

/** Who is signed in. */
export interface Me {
  /** whose console this device opens; empty for who has none */
  shop: string
  shop_name: string
  name: string
  role?: Role
  addresses?: string[]
  secure: boolean
  buyers_are: Salutation
  may: Act[]
  duty: Duty
  /** true with a second factor */
  second: boolean
  proved_until?: string
  shops: MyShop[]
  assists?: Assisting[]
}

/** A shop that somebody belongs to. */
export interface MyShop {
  shop: string
  name: string
  role: Role
}

export type AssistState = 'asked' | 'open'

/** A helper at the door of a shop, or at work in it. */
export interface Assisting {
  person: number
  name: string
  state: AssistState
  until: string
}

/** How the shop addresses its buyers from now on. */
export interface ChangeMe {
  buyers_are: Salutation
}

/** Another shop's console on this device. */
export interface MoveTo {
  shop: string
}

/** Who somebody is, shown once more. */
export interface Prove {
  password: string
  /** instead of it, with a second factor */
  code: string
}

export interface Proved {
  until: string
}

export interface ChangePassword {
  password: string
}

/** A second factor, before its first code. */
export interface NewSecond {
  address: string
  qr: string
}

export interface ConfirmSecond {
  code: string
}

/** A link that opens a door: for another device, or for somebody else. */
export interface Handover {
  url: string
  qr: string
  expires_at: string
}

/** Whom a link lets in. */
export interface Invite {
  /** a Role; for the installation a Duty */
  role: string
}

/** A device on which somebody is signed in. */
export interface Device {
  sign_in: number
  /** what it calls itself */
  name: string
  address: string
  made: string
  seen: string
  /** true for the one that asks */
  here: boolean
}

export interface Devices {
  devices: Device[]
}

/** Somebody of a shop. */
export interface Member {
  person: number
  name: string
  role: Role
  me: boolean
  assist?: Assisting
  devices: Device[]
}

export interface Members {
  people: Member[]
}

export interface ChangeMember {
  role: Role
}

/** What somebody did. */
export interface Deed {
  number: number
  at: string
  /** a person's name; empty for a program or who did not get in */
  who: string
  act: string
  subject: string
  address: string
}

export interface Deeds {
  deeds: Deed[]
  /** asks for those before */
  before?: number
}

/** A shop as its helper sees it: counts only. */
export interface HelpedShop {
  shop: string
  name: string
  sessions: number
  sessions_live: number
  offers: number
  orders: number
  assist?: Assisting
}

export interface HelpedShops {
  shops: HelpedShop[]
}

/** A good backup. */
export interface BackedUp {
  at: string
  to: string
  bytes: number
}

export interface LastBackup {
  last?: BackedUp
}

/** The owner's answer to a helper who asks. */
export interface AnswerAssist {
  yes: boolean
}

/** From a console. In JSON the oneof's name is the field `type`. */
export type ConsoleClientFrame =
  | ({ type: 'hello' } & ConsoleHello)
  | ({ type: 'ping' } & ConsolePing)
  | ({ type: 'control' } & Control)

/** To a console. In JSON the oneof's name is the field `type`. */
export type ConsoleServerFrame =
  | ({ type: 'console' } & Console)
  | ({ type: 'pong' } & ConsolePong)
  | ({ type: 'error' } & Error)

export interface ConsoleHello {
  /** the host's; none where a sign-in came with the handshake */
  token?: string
  resume?: Position
  /** how the others know this device */
  device?: string
}

export interface ConsolePing {
  echo?: number
}

export interface ConsolePong {
  now: string
  position: Position
  echo?: number
}

/** This device takes pin, pause and end, or lets go of them. */
export interface Control {
  take: boolean
}

export interface ConsoleController {
  name: string
  mine: boolean
}

export interface ConsoleSession {
  session: string
  title: string
  state: SessionState
  settle: 'cod' | 'prepay'
  controller?: ConsoleController
}

/** An offer with everything that only the shop's own people see. */
export interface ConsoleOffer {
  code: string
  name: string
  unit: string
  step: number
  price: Money
  left: number
  stock: number
  held: number
  sold: number
  waiting: number
  open: boolean
  pinned: boolean
  version: number
  limit_per_buyer?: number
  variants?: string[][]
  left_by_variant?: VariantStock[]
}

export interface ConsoleNumbers {
  orders: number
  revenue: Money
  settled: number
  settled_amount: Money
  unsettled: number
  unsettled_amount: Money
  comments: number
  comments_per_minute: number
  waiting: number
}

/** What somebody wrote or tapped, and what came of it. */
export interface FeedItem {
  id: string
  at: string
  buyer: string
  buyer_name?: string
  text?: string
  platform: string
  result: Result
  reason?: string
  lines: OutcomeLine[]
  order?: string
  review?: string
  number?: number
}

export interface ConsoleHolds {
  open: number
  orders: Order[]
}

export interface ConsolePlace {
  code: string
  variant?: (string | null)[]
  order: string
  buyer_name?: string
  quantity: number
  position_in_line: number
}

export interface ConsoleWaiting {
  total: number
  places: ConsolePlace[]
}

export interface ConsoleMissed {
  comments: number
  orders: number
}

/** Each part is a whole state; what is left out is as it was in the frame before. */
export interface Console {
  position: Position
  now: string
  session?: ConsoleSession
  offers?: ConsoleOffer[]
  numbers?: ConsoleNumbers
  feed?: FeedItem[]
  reviews?: Reviews
  holds?: ConsoleHolds
  waiting?: ConsoleWaiting
  missed?: ConsoleMissed
}

export interface SessionListed {
  session: string
  title: string
  state: SessionState
  offers: number
  orders: number
}

export interface Sessions {
  sessions: SessionListed[]
}

/** A list as people paste it. */
export interface Prepare {
  text: string
  /** codes that are not to be proposed */
  taken?: string[]
}

export interface PreparedLine {
  line: number
  text: string
  offer?: OfferTerms
  asked: boolean
  price_in_words?: string
  error?: 'no_name' | 'name_too_long' | 'no_price' | 'bad_price' | 'no_quantity' | 'bad_quantity' | 'too_many_offers'
  detail?: string
  detail_en?: string
}

export interface Prepared {
  lines: PreparedLine[]
}

/** A feed as people copy it. */
export interface Paste {
  text: string
}

export interface PastedLine {
  line: number
  buyer_name?: string
  text: string
  repeated: boolean
  outcome?: Outcome
  /** no_name, or a reason */
  error?: string
}

export interface Pasted {
  lines: PastedLine[]
  counted: number
  repeated: number
  failed: number
}

/** In JSON the field of the frame is its `type`. */
export type OpsFrame =
  | ({ type: 'ops' } & Ops)
  | ({ type: 'history' } & OpsHistory)
  | ({ type: 'pong' } & OpsPong)

/** So many refusals or errors of one reason. */
export interface OpsReject {
  reason: string
  per_second: number
}

/** One second, or ten. What was not measured is left out. */
export interface OpsPoint {
  at: string
  accepted: number
  rejected?: OpsReject[]
  ack_p50_seconds?: number
  ack_p99_seconds?: number
  ack_p999_seconds?: number
  connections: number
  connects: number
  disconnects: number
  lag_seconds: number
  lag_events: number
  queue_requests: number
  messages: number
  slow_drops: number
  cpu_cores?: number
  memory_bytes?: number
}

export interface OpsHistory {
  every_seconds: number
  points: OpsPoint[]
}

export interface OpsPong {
  now: string
}

/** Something that is not as it should be. */
export interface OpsFinding {
  reason: string
  level: 'warn' | 'bad'
  figure: number
  threshold: number
  unit: 'seconds' | 'share' | 'count' | 'bytes'
  since: string
  /** a heading of deploy/README.md */
  runbook: string
}

/** How one tile stands, and since when. */
export interface OpsTile {
  name: 'orders' | 'ack' | 'connections' | 'lag' | 'stock_outs' | 'rejects'
  level: Level
  since: string
}

export interface OpsTotals {
  orders_peak: number
  orders: number
  ack_p50_seconds?: number
  ack_p99_seconds?: number
  connections_max: number
  sold_out: number
  sold_out_last?: string
  sold_out_at?: string
  rejects_share?: number
  unrecognised_share?: number
}

export interface OpsSession {
  session: string
  title: string
  shop_name: string
  state: SessionState
  viewers: number
  claims_per_second?: number
  offers: number
  sold_out: number
  reviews?: number
  /** true: nothing of it is real */
  practice?: boolean
}

export interface OpsIntegrity {
  at: string
  ok: boolean
  shops: number
  figures: number
  orders: number
  broken?: string
}

export interface OpsEvent {
  at: string
  kind: string
  subject?: string
}

export type Level = 'ok' | 'warn' | 'bad'

export interface Ops {
  now: string
  started: string
  version: string
  level: Level
  since: string
  /** worst first */
  findings: OpsFinding[]
  point?: OpsPoint
  /** when ten seconds are full */
  ten?: OpsPoint
  tiles: OpsTile[]
  totals: OpsTotals
  sessions: OpsSession[]
  sessions_left_out: number
  integrity?: OpsIntegrity
  /** newest first */
  events: OpsEvent[]
  /** the last good backup */
  backed_up?: string
}

/** From an overlay. In JSON the oneof's name is the field `type`. */
export type OverlayClientFrame =
  | ({ type: 'hello' } & OverlayHello)
  | ({ type: 'ping' } & Ping)

/** To an overlay. In JSON the oneof's name is the field `type`. */
export type OverlayServerFrame =
  | ({ type: 'overlay' } & Overlay)
  | ({ type: 'pong' } & OverlayPong)
  | ({ type: 'error' } & Error)

/** First, within ten seconds. */
export interface OverlayHello {
  key: string
}

export interface OverlayPong {
  now: string
  echo?: number
}

/** What is on sale, as it is said on air. */
export interface OverlayOffer {
  code: string
  name: string
  unit: string
  /** the lowest one where variants differ */
  price: Money
  price_to?: Money
  left: number
  left_percent: number
  open: boolean
  waitlist: boolean
}

export interface OverlayLine {
  code: string
  unit: string
  held: number
  waitlisted: number
}

/** Somebody who ordered, under as much of their name as may go on air. */
export interface OverlayBuyer {
  number: number
  name?: string
  result: Result
  lines: OverlayLine[]
  at: string
}

/** A whole state. */
export interface Overlay {
  now: string
  state: SessionState
  offer?: OverlayOffer
  buyers: OverlayBuyer[]
  more: number
}

export interface NewOverlay {
  overlay: string
  address: string
  qr: string
}

export interface OverlayKey {
  overlay: string
  made_at: string
  made_by?: string
  seen_at?: string
}

export interface Overlays {
  overlays: OverlayKey[]
}
