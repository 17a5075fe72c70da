"""Randomness, and IDs that are made of it or of the clock."""

from process_policy.catalogue.topic import Topic, by_rule, names, told_by

RANDOMNESS = Topic(
    references=by_rule(
        DET003="""
            random: random uniform randint randrange choice choices sample shuffle seed gauss normalvariate
            random: lognormvariate expovariate betavariate gammavariate triangular vonmisesvariate
            random: paretovariate weibullvariate binomialvariate getrandbits randbytes getstate setstate
            os: urandom getrandom
            torch: rand randn randint randperm rand_like randn_like randint_like bernoulli multinomial
            torch: normal
            torch: manual_seed seed
            bcrypt: gensalt
            crypt: mksalt
            ssl: RAND_bytes RAND_pseudo_bytes
            email.utils: make_msgid
            nacl.utils: random
            cryptography.fernet.Fernet: generate_key
        """,
        DET004="""
            uuid: uuid1 uuid4 uuid6 uuid7 uuid8 getnode
            uuid6: uuid1 uuid6 uuid7 uuid8
            uuid_utils: uuid1 uuid4 uuid6 uuid7 getnode
            uuid_utils.compat: uuid1 uuid4 uuid6 uuid7
            uuid_extensions: uuid7 uuid7str
            fastuuid: uuid4 uuid7
            ulid: new
            ulid.ULID: from_timestamp
            nanoid: generate non_secure_generate
            shortuuid: uuid random
            shortuuid.ShortUUID: uuid random
            cuid: cuid slug
            xid: XID
        """,
    ),
    calls=by_rule(
        DET003="""
            random: Random
            numpy.random: default_rng RandomState SeedSequence PCG64 MT19937 Philox SFC64
            statistics.NormalDist: samples
        """,
        DET004="bson: ObjectId\nbson.objectid: ObjectId\nulid: ULID\nksuid: Ksuid ksuid\ncuid2: Cuid",
    ),
    libraries=by_rule(
        DET003="""
            secrets numpy.random random.SystemRandom faker mimesis tensorflow.random jax.random.key_impl
            Crypto.Random Cryptodome.Random randomname coolname haikunator petname namegenerator
            essential_generators
        """,
    ),
    harmless=frozenset(
        names("""
            secrets: compare_digest
            numpy.random: Generator RandomState default_rng SeedSequence PCG64 MT19937 Philox SFC64
            jax.random
        """)
    ),
    told={
        "random.Random": told_by(0, "x"),
        **dict.fromkeys(
            names("numpy.random: default_rng RandomState SeedSequence PCG64 MT19937 Philox SFC64"),
            told_by(0, "seed", "entropy"),
        ),
        "statistics.NormalDist.samples": told_by(1, "seed"),
        "bson.ObjectId": told_by(0, "oid"),
        "bson.objectid.ObjectId": told_by(0, "oid"),
        "ulid.ULID": told_by(0, "buffer"),
    },
    aliases={"numpy.random.mtrand": "numpy.random", "_random.Random": "random.Random"},
)
