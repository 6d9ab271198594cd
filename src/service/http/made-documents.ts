import type { FastifyReply, FastifyRequest } from 'fastify';
import { ByteCache } from './byte-cache.js';
import { type ContentEncoding, chooseEncoding, packWhole } from './content-encoding.js';
import { entityTag, matchTag } from './etag.js';
import { sendUnchanged } from './send-unchanged.js';

/** A document may be the list of all collections. */
const LARGEST_SHARE = 1 / 2;
const MIN_PACKED_BYTES = 1024;

/** The bytes of a document in one encoding. */
interface MadeDocument {
  readonly tag: string;
  readonly body: Buffer;
}

/** A document under what decides its bytes. */
export interface DocumentToSend {
  readonly mediaType: string;
  readonly name: readonly string[];
  /** What its JSON says, or its text where it is not JSON; not made when it is kept. */
  readonly make: () => unknown;
}

/**
 * Documents about data, ready to be sent in each encoding that was asked for: made once for what decides them, among
 * which is the host that a client names, so that they are bounded in bytes.
 */
export class MadeDocuments {
  readonly #kept: ByteCache<MadeDocument>;

  /** 0 bytes keep nothing. */
  constructor(maxBytes: number) {
    this.#kept = new ByteCache(maxBytes, LARGEST_SHARE);
  }

  /** Sends a document with a tag of its bytes, or 304 when the client has them. */
  async send(request: FastifyRequest, reply: FastifyReply, document: DocumentToSend): Promise<FastifyReply> {
    const plain = this.#plain(document);
    const isLarge = plain.body.length >= MIN_PACKED_BYTES;
    const encoding = isLarge ? chooseEncoding(request.headers['accept-encoding']) : undefined;
    const tag = encoding === undefined ? plain.tag : entityTag([plain.tag, encoding]);
    reply.headers({ ETag: tag, 'Cache-Control': 'no-cache', Vary: 'Accept, Accept-Encoding' });
    if (matchTag(request.headers['if-none-match'], tag) !== 'none') return sendUnchanged(request, reply);
    reply.header('Content-Type', document.mediaType);
    if (encoding === undefined) return reply.send(plain.body);
    return reply.header('Content-Encoding', encoding).send(await this.#packed(plain, tag, encoding));
  }

  stats() {
    return this.#kept.stats();
  }

  #plain({ mediaType, name, make }: DocumentToSend): MadeDocument {
    const key = entityTag([mediaType, ...name]);
    const kept = this.#find(key);
    if (kept !== undefined) return kept;
    const made = make();
    const text = typeof made === 'string' ? made : JSON.stringify(made);
    const document = { tag: entityTag([mediaType, text]), body: Buffer.from(text) };
    this.#kept.set(key, document, document.body.length);
    return document;
  }

  async #packed({ body }: MadeDocument, tag: string, encoding: ContentEncoding): Promise<Buffer> {
    const kept = this.#find(tag);
    if (kept !== undefined) return kept.body;
    const packed = await packWhole(body, encoding);
    this.#kept.set(tag, { tag, body: packed }, packed.length);
    return packed;
  }

  #find(key: string): MadeDocument | undefined {
    const kept = this.#kept.get(key);
    if (kept !== undefined) this.#kept.countHit();
    return kept;
  }
}
