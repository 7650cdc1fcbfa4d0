"""Clip art: everyday things beside the emoji, and more drawings of what is an emoji already.

Tables and their reading only: it must not open pictures (see `drawings` for those).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from core_server.pocket.data import sources
from core_server.pocket.data.concepts import NOT_MIRRORABLE, Concept
from core_server.pocket.data.drawings import Icon

_PACKS = {
    "f": (sources.FLAT_COLOUR, "flat style"),
    "k": (sources.KAMELEON, "flat style"),
    "u": (sources.ULTIMATE, "cartoon style"),
    "c": (sources.FLUENT_COLOUR, "gradient style"),
    "s": (sources.STREAMLINE_EMOJI, "cartoon style"),
    "g": (sources.GAME_ICONS, "silhouette"),
}

# What it is called (plainest first), then where it is drawn: a pack's letter, a colon, the icon.
_COLOURED = """
alarm clock = f:alarm-clock c:clock-alarm-48
binoculars = f:binoculars u:binocular g:binoculars
briefcase = f:briefcase c:briefcase-48
businessman = f:businessman
businesswoman = f:businesswoman k:businesswoman-3
calculator | pocket calculator = f:calculator u:accounting-calculator-1 g:calculator
movie camera = f:camcorder
camera = f:camera c:camera-24 k:camera-front
compact camera = f:compact-camera
old camera | bellows camera = f:old-time-camera
circuit board = f:circuit u:microchip-board g:circuitry
clapper board = f:clapperboard
dam = f:dam u:water-dam g:dam
diploma | certificate = f:diploma-1 u:certified-diploma k:certificate-2 g:diploma
computer monitor | screen = u:screen-1
factory = f:factory
filing cabinet = f:filing-cabinet
film reel = f:film-reel u:movies-reel g:film-spool
globe | desk globe = f:globe
graduation cap = f:graduation-cap g:graduate-cap
headset = f:headset c:headset-48
light bulb = f:idea k:light-bulb c:lightbulb-48
e-book reader = f:kindle u:kindle-hold
padlock | lock = f:lock
musical note = f:music
pie chart = f:pie-chart k:chart-pie u:analytics-pie-2 g:pie-chart
speaker at a podium = f:podium-with-speaker
podium | lectern = f:podium-without-speaker
printer = f:print
puzzle piece = f:puzzle c:puzzle-piece-48 u:module-puzzle
person reading a book = f:reading
ruler | straight ruler = f:ruler
safe | strongbox = f:safe g:strongbox
convenience store = f:shop c:building-store-24
sim card = f:sim-card
running person = f:sports-mode
usb stick | flash drive = u:flash-drive g:usb-key
projector = f:video-projector
webcam = f:webcam u:webcam-2
landscape picture = f:landscape
radar = g:radar-sweep
first aid kit = g:first-aid-kit
air conditioner = k:airconditioner
supply crate with parachute | airdrop = k:airdrop-box
anvil = k:anvil g:anvil
apartment building = k:apartment-2
baby carriage | stroller | pram = k:baby-cart
basket = k:basket-2
open box | open cardboard box = k:box-open g:box-unpacking
hand truck | trolley = k:box-trolley g:hand-truck
butterfly = k:butterfly
chalkboard | blackboard = k:chalkboard
roast chicken = k:chicken g:roast-chicken
cocktail glass = k:cocktail u:cocktail-glass-1
paper coffee cup | coffee to go = k:coffee-paper-glass
blueprint | construction plan = k:construction-blueprint u:project-blueprint-home
crab = k:crab
viking ship | longship = k:drakkar g:drakkar
chest of drawers | dresser = k:drawer-2
drum = k:drum
excavator | digger = k:excavator
farm | barn = k:farm g:barn
firefighter = k:fireman-2
hammer = k:hammer
harp = k:harp
joystick = k:joystick
ladybug = k:ladybug
table lamp | lamp = k:lamp g:desk-lamp
laptop = u:laptop c:laptop-48
lighter = g:lighter
lockers | locker = g:lockers
luggage cart = k:luggage-cart
magic wand = k:magic-wand u:design-tool-magic-wand g:fairy-wand
meteor | asteroid = k:meteor
microwave | microwave oven = k:microwave
motorcycle = k:motorbike
mountain = k:mountain
mushroom cloud | nuclear explosion = g:mushroom-cloud
oven glove | oven mitt = k:oven-glove g:cooking-glove
pencil and ruler = k:pencil-ruler-2 u:design-tool-pencil-ruler g:pencil-ruler
perfume bottle | perfume = g:perfume-bottle
evergreen tree = k:pine-tree
quill and paper = g:quill-ink
reindeer = k:reindeer
robot = k:robot
santa claus = k:santa
service bell | hotel bell = k:service-bell
sneakers = k:sneakers-3 g:converse-shoe
soccer field | football pitch = k:soccer-field u:soccer-field g:soccer-field
couch and lamp = k:sofa-3
soldier = k:soldier
space shuttle = k:space-shuttle g:space-shuttle
steering wheel = k:steering-wheel g:steering-wheel
stethoscope = k:stethoscope
strawberry = k:strawberry s:strawberry-2
test tube = k:test-tube u:lab-tube
towel = g:towel
delivery truck = k:truck u:truck-2 u:delivery-truck-3
flying saucer = k:ufo g:ufo
wallet = k:wallet u:money-wallet-open g:wallet
weather vane | weathercock = k:wind-vane
pinwheel | toy windmill = g:paper-windmill
yacht = k:yacht
american football helmet = u:american-football-helmet g:american-football-helmet
bumper car = u:amusement-park-electric-cars
ferris wheel = u:amusement-park-ferris-wheel
books = u:archive-books c:library-24
planet saturn = u:astronomy-planet-ring
barbecue grill | grill = u:barbecue-grill g:barbecue
baseball bat and ball = u:baseball-bat-ball
baseball bat = g:baseball-bat
glass of beer | beer glass = u:beer-glass g:beer-stein
bottle opener = u:beer-opener-1
bowling ball and pins = u:bowling-set
punching bag = u:boxing-bag-hanging g:punching-bag
loaf of bread = u:bread-loaf
lucky cat | maneki-neko = u:business-lucky-cat
tripod | camera on a tripod = u:camera-tripod
classic car | vintage car = u:car-retro
poker chip | casino chip = u:casino-chip-5
chess knight = u:chess-knight g:chess-knight
clown face = u:circus-clown-1
circus elephant = u:circus-elephant
circus tent = u:circus-tent
espresso machine | coffee machine = u:coffee-espresso-machine
coin purse = u:coin-purse-1
paint bucket = u:color-bucket-brush g:paint-bucket
computer chip | microchip = u:computer-chip-core g:microchip
drawing compass | pair of compasses = u:design-tool-compass
typewriter = u:content-typing-machine-1
tooth = u:dentistry-tooth
drone | quadcopter = u:delivery-drone g:delivery-drone
desktop computer = u:desktop-computer-pc
gem stone = u:diamond-shine c:premium-32
market stall = u:farmers-market-kiosk-1
french fries = u:fast-food-french-fries
firework rocket = u:fireworks-stick g:firework-rocket
exercise bike = u:fitness-bicycle-1
jump rope | skipping rope = u:fitness-jumping-rope
banana = u:fruit-banana
cherries = u:fruit-cherry
watermelon = u:fruit-watermelon
gold bars | gold = u:gold-bars
golf ball = u:golf-ball g:golf-tee
drawing tablet | graphics tablet = u:graphic-tablet-draw
hairbrush | round brush = u:hair-dress-round-brush
hard disk | hard drive = u:hard-drive-1
hospital = u:hospital-building
house = u:house-chimney c:home-48
soft ice cream = u:ice-cream-cone
grand piano | piano = u:instrument-classical-piano g:grand-piano
pan flute = u:instrument-pan-flute g:pan-flute
tambourine = u:instrument-tambourine g:tambourine
spatula = u:kitchenware-spatula-1
knife block | kitchen knives = u:knives-set g:kitchen-knives
chemistry flask | flask = u:lab-flask-experiment g:erlenmeyer
lipstick = u:make-up-lipstick
vanity mirror = u:make-up-mirror-1
maze | labyrinth = u:maze-strategy g:maze
megaphone = u:megaphone c:megaphone-loud-32
electric guitar = u:modern-music-electric-guitar
disco ball = u:night-club-disco-ball
office chair = u:office-chair g:office-chair
office desk | desk = u:office-desk-1 u:office-desk-lamp g:desk
paper shredder | shredder = u:office-shredder-1
flashlight = u:outdoors-flashlight-2
balloon = u:party-balloon
carnival mask | party mask = u:party-mask g:carnival-mask
bowl of pasta | hot pasta = u:pasta-bowl-warm
telephone = u:phone-retro-1
presentation screen = u:presentation-projector-screen-budget-analytics
fire engine = u:public-service-firefighter-truck-1
radio = u:radio-retro
metro train = u:railroad-metro
wifi router | router = u:router-signal-1 g:wifi-router
lifebuoy = u:safety-float
scanner = u:scanner
alien = u:science-fiction-alien-1
molecule = u:science-molecule c:molecule-48 g:molecule
scissors = u:scissors-2
squid = u:seafood-squid
shopping basket = u:shopping-basket-3
shopping cart = u:shopping-cart-full
theatre masks = u:show-theater-masks
skull = u:skull
smartwatch | smart watch = u:smart-watch-square
soda bottle | soft drink bottle = u:soft-drinks-bottle-1 g:soda-bottle
stop sign = u:stop-sign
stopwatch = u:stopwatch
pot on a stove = u:stove-gas-pot
diver | person diving = u:swimming-diving
swimming pool = u:swimming-pool-stairs
tablet computer | tablet = u:tablet
taxi = u:taxi
teapot = u:tea-pot
thermometer = u:temperature-thermometer-high
kitchen scale = u:tools-kitchen-scale g:kitchen-scale
toolbox = u:tool-box c:toolbox-32
treasure chest = u:treasure-chest g:open-treasure-chest
auto rickshaw = u:tuk-tuk-1
usb cable = u:usb-cable
beet | beetroot = u:vegetables-beet-1 g:beet
television = u:vintage-tv-4
vinyl record | record = u:vinyl-record
record player | turntable = u:vinyl-record-player
crown = u:vip-crown-queen-1
volleyball = u:volleyball-ball
volleyball net = u:volleyball-net
walkman | cassette player = u:walkman-headphones
power socket | wall socket = u:wall-socket g:electrical-socket
water bottle = u:water-bottle-glass g:water-bottle
wine barrel = u:wine-barrel-1
spinning top | toy top = u:shape-peg-top g:spinning-top
pushpin = c:pin-48
paw prints = c:animal-paw-print-48
beach with umbrella = c:beach-48 k:beach-2
open book = c:book-open-48 u:book-open-bookmark
calendar = c:calendar-48 u:calendar-1
cloud = c:cloud-48
gift = c:gift-24 u:gift-box-1
headphones = c:headphones-48 u:headphones-1
microphone = c:mic-48 k:microphone-2
paintbrush = c:paint-brush-32
piggy bank | money box = c:savings-32 g:piggy-bank
shield = c:shield-48
star = c:star-48
trophy = c:trophy-48
snowflake = c:weather-snowflake-48
sun = u:weather-sun
wrench = c:wrench-24
hammer and wrench = c:wrench-screwdriver-32
clipboard = c:clipboard-48 k:clipboard-2
notebook = c:notebook-32
newspaper = c:news-28 u:newspaper-fold k:newspaper
battery = k:battery-medium
cactus = s:cactus-2
fox = s:fox-face-2
coffee cup | mug of coffee = s:hot-beverage-2
cake with a slice cut out = s:birthday-cake-3
penguin = s:penguin-2
pizza = s:pizza-2
cheeseburger = s:hamburger-2
tennis racket = s:tennis-2 g:tennis-racket
videocassette = s:videocassette
"""

# Black shapes: names that are the icon's own need no "=".
_SILHOUETTES = """
3d glasses, acorn, almond, angel wings, angler fish, anteater, apple core, aquarium, aqueduct,
archer, armadillo, armchair, artichoke, asparagus, astronaut helmet, axe in a stump = axe-in-stump,
axolotl, bagpipes, bamboo, bar stool, barbed wire, barn owl, baseball glove,
basketball hoop = basketball-basket, battle axe, battleship, beach ball, beach bag, bed lamp,
beehive, beer bottle, belt, cap = billed-cap, biplane, bird cage, bird house, blacksmith, blender,
bomber plane = bomber, bonsai tree, bookshelf, boombox, bow and arrow = bow-arrow, bow tie,
bowling pin, buffalo head, bulldozer, bunk beds, buoy, campfire, candelabra = lit-candelabra,
candle holder, candle = candle-light, candy canes, cannon, captain hat = captain-hat-profile,
capybara, car key, car wheel, caravan, carnivorous plant, carousel, audio cassette = audio-cassette,
catapult, cauldron, caveman, surveillance camera = cctv-camera, ceiling light, centaur, centipede,
chain mail, chainsaw, chameleon = chameleon-glyph, chariot, chess bishop, chess king, chess queen,
chess rook, chili pepper, chimney, bag of chips = chips-bag, cigar, circular saw, clarinet, cloak,
clock tower, clothesline, clownfish, coconuts, coffee beans, coffee pot, cogwheel = cog, coins,
corkscrew, cowboy boot, crossbow, crow = crow-dive, crowbar, cuckoo clock, cyclops,
dagger = plain-dagger, dandelion = dandelion-flower, deer head, diplodocus, director chair,
diving helmet, djembe drum = djembe, dog bowl, dog house, doner kebab, dragonfly, dream catcher,
drill, drum kit, duffel bag, dutch bike, eagle head, earbuds, earrings, easel, easter egg,
egyptian pyramids, egyptian sphinx, escalator, eyepatch, falling leaf, fedora hat = fedora, fern,
fez, fireplace, fishbone, fishing boat, fishing hook, fishing net, flower pot, fly, food truck,
forest, forklift, french horn, fridge, fried eggs, fried fish, fruit bowl, fruit tree, full pizza,
galleon, gargoyle, gas mask, gavel, giant squid, gingerbread man, ginkgo leaf, goblin head, gong,
grass, graveyard, greenhouse, grenade, griffin = griffin-symbol, grim reaper, hand saw, handcuffs,
hand fan = handheld-fan, hang glider, coat hanger = hanger, harpy, heron, high heel, honey jar,
honeycomb, hoodie, horned helmet = horned-helm, horseshoe, hummingbird, ice pop, iceberg, igloo,
jester hat, jet fighter, jetpack, jug, katana, keyring, kiwi bird, ladle, lantern, laurel crown,
leek, life jacket, lynx = lynx-head, lyre, mace = flanged-mace, magic lamp, magic potion,
mantis = praying-mantis, marshmallows, mason jar, matchbox, matryoshka dolls,
measuring tape = measure-tape, metronome, milk carton, minotaur, moka pot, mole, monkey wrench,
mortar and pestle = pestle-mortar, mountains, mummy = mummy-head, mustache, necklace,
nest with eggs = nest-eggs, ninja star, oak tree = oak, oak leaf, oasis, obelisk, oil rig,
old lantern, old microphone, olive, ostrich, paint roller, pangolin, paper bag = paper-bag-open,
paper boat, paper crane, paper plane, park bench, parrot = parrot-head, party hat, peanut, pegasus,
pillow, pinball = pinball-flipper, pipe organ, pirate captain, pirate hat, pirate hook,
tower of pisa = pisa-tower, pistol = pistol-gun, pitchfork, pizza cutter,
plague doctor = plague-doctor-profile, pocket watch, polo shirt, pterodactyl = pterodactylus,
puppet, raccoon = raccoon-head, radish = raddish, raft, rake, raspberry, rattlesnake, ray gun,
revolver, rocking chair, rotary phone, rubber boot, safety pin, samurai helmet, sand castle,
santa hat, saucepan, scallop shell = scallop, scarab beetle, scarecrow, scythe, sea star,
sea turtle, sea urchin, seagull, seahorse, sewing machine, shark fin, shark = shark-jaws,
ship wheel, ship wreck, shuttlecock, sickle, skeleton = skeleton-inside, skeleton key, sleeping bag,
slingshot, slippers, snorkel, snowboard, soda can, solar system, soldering iron, sombrero,
spade tool = spade, sperm whale, spiral lollipop, spray can = spray, spyglass, stairs, stapler,
steamroller, stone bridge, stone tower, stone wall, street light, submarine, sugar cane, sundial,
surfboard = surf-board, suspension bridge, swimming fins = swimfins, swiss army knife,
sword in a stone = sword-in-stone, broadsword, tacos, tank = battle-tank, tapir, thor hammer,
throne = stone-throne, tiara, tipi, top hat, totem pole = totem, toucan, tow truck, traffic cone,
treasure map, treehouse, triceratops = triceratops-head, trojan horse, trowel, tuba, unicycle,
vacuum cleaner, vampire = vampire-dracula, velociraptor, vending machine, venus flytrap,
viking helmet, viola, vr headset, vulture, walkie talkie, walrus = walrus-head, washing machine,
watchtower, water gun, water mill, water tower, waterfall, watering can, well, werewolf,
wheelbarrow, whisk, whistle, willow tree, wind turbine, windmill, wind chimes = windchimes,
wine bottle, witch = witch-flight, wizard = wizard-face, wizard staff, wok, wolf = wolf-howl,
wolf head, wood cabin, wooden crate, wooden fence, wooden clogs, wrecking ball, wyvern, xylophone,
zeppelin, abacus, accordion, airplane, amphora, anchor, ant, avocado, baby bottle, backpack, bacon,
badger, banana, banjo, bathtub, beaver, bed, bee, bell pepper, bison, boar, boomerang, bowl of rice,
boxing glove, brain, bread, briefcase, broccoli, broom, bus, butter, butterfly, cactus, camel,
canoe, carrot, castle, cat face = hollow-cat, caterpillar, cheese = cheese-wedge, cherries = cherry,
chess pawn, chicken, chicken leg, church, comb, cookie, corn, cow face = cow, crab, croissant,
crossed swords, crown, crystal ball, cupcake, daisy, deer, dodo, dolphin, donkey, doughnut = donut,
door, dove, dragon face = dragon-head, duck, elephant, eggplant = aubergine, factory, fairy,
feather, flamingo, flute, fox, frog, garlic, ghost, gloves, goat, goose, gorilla, grapes,
greek temple, guitar, hamburger, harp, axe = hatchet, headphones, hedgehog, helicopter,
horse face = horse-head, hot dog, hourglass, ice skate, jellyfish, joystick, kangaroo, key, kite,
koala, ladder, ladybug, lemon, lion, lipstick, lotus, magnet, magnifying glass, mammoth, maple leaf,
maracas, mermaid, microphone, microscope, monkey, mouse, mushroom, musical notes, octopus, owl,
lock = padlock, palm tree, panda, parachute, peach, pear, pencil, penguin, pig face = pig,
pineapple, polar bear, police car, popcorn, potato, pretzel, jack-o-lantern = pumpkin-lantern,
rabbit, ram = ram-profile, rat, rocket, rooster, rose, running shoe, sailboat, sandwich,
satellite, saxophone, scissors, scorpion, screwdriver, sheep, shield, shrimp, skateboard,
skull and crossbones = skull-crossed-bones, sloth, snail, snake, snowman, squid, squirrel, steak,
strawberry, suitcase, sun, sunflower, swan, teapot, telescope, tiger face = tiger, tomato,
gravestone = tombstone, tooth, tractor = farm-tractor, trident, trombone, trophy, tropical fish,
trumpet, turtle, umbrella, unicorn, violin, volcano, watermelon, spider web
"""


def name_clip_art(known: Sequence[Concept]) -> tuple[list[Concept], list[tuple[int, Icon]]]:
    """Concepts that `known` lacks, and every icon with its concept's place in both, in that order.

    An icon belongs to the known concept that bears its name first, or at all.
    """
    places: dict[str, int] = {}
    for rank in (1, None):
        for index, concept in enumerate(known):
            for name in concept.captions[:rank]:
                places.setdefault(name, index)
    added: list[Concept] = []
    icons: list[tuple[int, Icon]] = []
    for names, group, places_drawn in _entries():
        place = places.setdefault(names[0], len(known) + len(added))
        if place == len(known) + len(added):
            is_mirrorable = NOT_MIRRORABLE.search(names[0]) is None
            added.append(Concept(f"clip-art:{names[0]}", names, group, is_mirrorable))
        icons += [(place, icon) for icon in places_drawn]
    return added, icons


def _entries() -> Iterator[tuple[tuple[str, ...], str, list[Icon]]]:
    for line in _COLOURED.strip().splitlines():
        captions, _, icons = line.partition(" = ")
        names = tuple(name.strip() for name in captions.split("|"))
        yield names, "clip-art", [_icon(*icon.split(":")) for icon in icons.split()]
    for entry in " ".join(_SILHOUETTES.split()).split(","):
        name, _, icon = (part.strip() for part in entry.partition("="))
        yield (name,), "silhouette", [_icon("g", icon or name.replace(" ", "-"))]


def _icon(pack: str, name: str) -> Icon:
    source, style = _PACKS[pack]
    return Icon(source, name, style)
