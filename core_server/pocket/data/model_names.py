"""What each 3-D model is called in plain English, and which models are left out.

Tables only: `model_words` reads them; nothing here may compute.
"""

from __future__ import annotations

# Floor markings, banknotes, spare fittings, single parts, and names that tell a stranger nothing.
DROPPED_NAMES: frozenset[str] = frozenset(
    """
Arrow straight ahead|Arrow turn right and ahead|Arrow turn right|Parking slot|Parking slot 90°
Parking slot 45°|Parking slot 60°|Parking slot 75°|Bill 10€|Bill 20€|Bill 50€|MP3 base
Rounded antenna plug|Rounded dimmer switch|Rounded double switch|Rounded RJ45 plug
Square antenna plug|Square dimmer switch|Square double switch|Square RJ45 plug
Wall antenna plug|Wall dimmer switch|Wall double switch|Wall RJ45 plug|MP3 station
Island extension|Contemporary living room|Oil servers|Concrete sidewalk
Shower head and faucet|Fluorescent strip|Track lights|Wall lamp artwork|Number lock|Sushi tray
Square type A plug|Square type B plug|Square type C plug|Square type E plug|Square type G plug
Wall type A plug|Wall type B plug|Wall type C plug|Wall type E plug|Wall type G plug
Fluorescent light|Letter tray|PlayStation|Stone grill device|Square switch
""".strip()
    .replace("\n", "|")
    .split("|")
)
# A rug whose texture is not in the catalogue, an ashtray like a slab.
DROPPED_KEYS: frozenset[str] = frozenset({"KatorLegaz/oriental-rug", "Scopia/cendrier"})

# Catalogue names (or keys, which go before names), then every caption for them, plainest first;
# all must be true of every model that shares the first. "!" instead of "=" says that the
# catalogue's names in other languages are not to be used: they are of a make, or wrong.
# A name that is not listed is its own caption.
NAMES = """
Acacia = acacia tree
Tape = adhesive tape | roll of tape
Air conditioning - Internal unit ! air conditioner
Grinder = angle grinder | grinder
Bootie ! ankle boots | boots
Modern armchair; Rattan armchair = armchair
Winchester armchair ! armchair
Pencil ! ballpoint pen
Bar chair = bar stool
Barrel = barrel | wooden barrel
Cap = baseball cap
Basin = basin | wash tub
Shopping basket = basket
Basketball net = basketball hoop | basketball net
Bathmat = bath mat | rug for the bathroom
Double vanity; Vanity = bathroom vanity | bathroom cabinet
Bath; Island bath = bathtub
BlendSwap-CC-0/umbrella = beach umbrella
Puff = beanbag | bean bag chair
Captain's bed; Iron bed = bed
Bedside table = bedside table | nightstand
Little bank; KatorLegaz/bench ! bench
Bike = bicycle
BlendSwap-CC-0/peterbilt; BlendSwap-CC-BY/dafTruck = big truck
Biplane = biplane | old airplane
Blender = blender | kitchen blender
Cutting pliers = bolt cutter
Full bookcase = bookcase
Bookcase = bookcase | bookshelf
Bottle = bottle
Baby bottle ! baby bottle
Apples = bowl of apples
Bowl with fruits = bowl of fruit | fruit bowl
KatorLegaz/bowl = bowl with handles
Lying down boy = boy lying down
Sitting boy = boy sitting | sitting boy
Boy = boy standing | standing boy
Mocassin = brown shoe
Bulldog = bulldog | dog
Keys = bunch of keys | keys
Bunk bed = bunk bed | double-decker bed
City bus = bus
Bush = bush | shrub
Scopia/box_room; Scopia/office_box ! cabinet
Scopia/office_furniture1 = cabinet
Calendar = calendar | desk calendar
Reflex camera = camera
Camping lamp = camping lantern | lantern
Concept Sedan 01; Concept Sedan 02; Concept Sedan 02 Sport; Ford Focus; Seat Leon ! car
Milk = carton of milk | milk carton
Ceiling lamp = ceiling light | ceiling lamp
Chair with cushion; Oak chair; Osaka chair; Plastic chair = chair
Chandelier lamp = chandelier
BlendSwap-CC-0/lamp2 ! chandelier
Peach blossom = cherry blossom tree | tree in blossom
Chest freezer = chest freezer
Drawers cabinet = chest of drawers
Child bed = child's bed
Child chair; Children chair = child's chair
Children table = child's table
Round chimney = chimney
Chopping board = chopping board | cutting board
Christmas tree = christmas tree | decorated christmas tree
Clock = clock | wall clock
BlendSwap-CC-0/umbrellaFolded ! closed umbrella
Dryer machine = clothes dryer | tumble dryer
Wire coathanger = clothes hanger
Hanging clothes = clothes on hangers | hanging clothes
Clothes rack = clothes rack | clothes rail
Wall hanger = coat rack | coat hooks
Coffee brewer = coffee machine
Coffee maker = coffee maker | drip coffee machine
Rattan table = coffee table
Coffee table = coffee table | low table
Porch column = column | pillar
Comb = comb
Peugeot 308 CC ! convertible car | convertible
Large pan = cooking pot | saucepan
Cooktop = cooktop | stove top | hob
Copper beech = copper beech | red tree
Wireless phone = cordless phone | wireless phone
Corner bathtub = corner bathtub
Corner sofa = corner sofa | sectional sofa
Baby bed = cradle | baby bed
Crate = crate | wooden crate
Crib = crib | baby cot
Cuckoo clock = cuckoo clock | wall clock
Coffee cup = cup of coffee
Cupboard ! cupboard
Cup cake = cupcake
Curtain = curtain | drape
Cypress = cypress tree
Dart game = dartboard
Day bed = day bed
Deck chair = deck chair | beach chair
Scopia/complements2 ! decorated candle | candle holder
Deer = deer statue | statue of a deer
Desk table; Wooden desk = desk
Desk lamp = desk lamp
Phone = desk phone | office phone
Desk = desk | writing desk
Apple iMac 1998; Apple iMac 2004 ! desktop computer
Doll = doll | baby doll
Doll house = dollhouse
Exterior door; Screen door = door
Entry bell ring ! doorbell
Double door; Double door with panes = double door
Double oven = double oven
Chest ! dresser | chest of drawers
Dresser with drawers = dresser | chest of drawers
Drill = drill | power drill | electric drill
Glass = drinking glass | glass
Clothes horse = drying rack | clothes horse
Scopia/shovel ! dustpan
DVD player = dvd player
Elevator door = elevator
Elevator = elevator | lift
Emergency sign = emergency exit sign | exit sign
Beer glass = empty beer mug | beer glass
Cocktail glass = empty cocktail glass | cocktail glass
BlendSwap-CC-BY/glass = empty wine glass
Indoor bike = exercise bike
Rigged fan; Table fan = fan | electric fan
Garden faucet = faucet | tap
Mannequin female = female mannequin
Fence = fence | metal fence
Ficus = ficus tree | small tree
Extinguisher = fire extinguisher
Flashlight = flashlight | torch
Scopia/living_lamp = floor lamp | standing lamp
Flower box; Plant box = flower box | window box with flowers
Folded clothes = folded clothes | stack of clothes
Cafe chair = folding chair
Screen = folding screen | room divider
Football table = foosball table | table football
Fork lift = forklift
Frame Chambord; Frame Hôi An ! framed picture
Coffee press = french press | coffee press
Futon couch = futon couch
Joystick ! game controller
Teck chair ! garden chair | wooden armchair
Hose reel = garden hose | hose reel
Garden hut = garden shed | shed
Barnum ! gazebo tent | party tent
Gift = gift
Sitting girl = girl sitting | sitting girl
Girl = girl standing | standing girl
Glass door cabinet = glass cabinet | cabinet with a glass door
Glove ! gloves
Grand piano = grand piano | piano
Bowl with salad = green salad
Fitness tower = gym machine | fitness machine
Brush = hairbrush
Handbag = handbag | purse
Outdoor lamp = hanging lantern
BlendSwap-CC-BY/towel ! hanging towel
Hat = hat | straw hat
Headphones = headphones
High hedge = hedge
Hedge = hedge | garden hedge
Baby high chair = high chair | baby high chair
Woman shoes = high-heeled shoe
Text marker = highlighter | marker pen | text marker
Jacuzzi = hot tub | jacuzzi
Induction cooker 2 zones; Induction cooker 4 zones ! induction cooktop
Entry speech unit ! intercom
Intercom with screen = intercom
Iron railing = iron railing | metal railing
Japanese lantern = japanese lantern | paper lantern
Japanese maple = japanese maple | red tree
Cosmetics pot = jar of cream | cosmetics jar
Trousers = jeans
Puzzle = jigsaw puzzle | puzzle
Squeezer = juicer | lemon squeezer
Boiler ! kettle | tea kettle
Scopia/scooter ! kick scooter
High cabinet; Island; Lower cabinet; Lower corner cabinet; Small lower cabinet = kitchen cabinet
Mixer = kitchen mixer | stand mixer
Electronic scale = kitchen scale
Upper shelves cabinet = kitchen shelves
Sink; Sink cabinet = kitchen sink
Kitchen tools = kitchen utensils | cooking tools
Small upper cabinet; Upper cabinet; Upper corner cabinet = kitchen wall cabinet
Knife stand = knife block
Scopia/kitchen_tool2 ! ladle | soup ladle
Apple iBook ! laptop
Clothes basket = laundry basket
Mower = lawn mower
Ryokan chair = legless chair | japanese floor chair
Letters box = letterbox
Rounded switch; Wall switch ! light switch
Lip stick = lipstick
Locked locker = locker
Mezzanine bed = loft bed
Armchair ottoman; Relax chair = lounge chair | armchair with a footrest
Rubik's cube = magic cube | puzzle cube
Mannequin male = male mannequin
Lying down male = man lying down
Sitting male = man sitting | sitting man
Holding male; Male = man standing | standing man
Medicine bottle = medicine bottle
Pedestrian railing = metal railing
Microwave = microwave oven | microwave
Renault Scenic ! minivan | family car
Apple iPhone ! mobile phone
Espresso kettle = moka pot | stovetop coffee pot
Yamaha YZR R6 ! motorcycle
Helmet = motorcycle helmet | helmet
Coffee mug = mug | coffee mug
Scopia/kids_desk_chair = office chair
KatorLegaz/office-chair; Scopia/office_chair = office chair | desk chair | swivel chair
BlendSwap-CC-BY/book = open book
Open cardboard box = open cardboard box | empty cardboard box
Opened convertible sofa BZ = opened sofa bed
Orchids = orchid | white orchid
Air conditioning - External unit ! outdoor air conditioner
Round swimming pool = paddling pool | inflatable pool
Bended coconut tree; Coconut tree = palm tree
BlendSwap-CC-BY/coffee_cup = paper coffee cup | takeaway coffee cup | coffee to go
Paper towel holder = paper towel roll | kitchen roll
Concrete bench; Painted bench = park bench
Wood bank ! park bench
Spathiphyllum = peace lily | potted plant
Penbox = pencil holder | pen holder
Hanging light; Pendant lamp = pendant lamp | hanging lamp
Flacon = perfume bottle | flacon
Keyboard ! piano keyboard
Flipper = pinball machine | pinball
Pine = pine tree
Table tennis bat = ping pong paddle
Table tennis = ping pong table | table tennis table
Yogurt bottle = plastic bottle | yogurt bottle
BlendSwap-CC-0/box ! plastic box | storage box
Oval plate = plate
Plate, glass and cutlery; Plate, glasses and cutlery = plate with fork and knife
Child hut; Children game = playground | play tower with a slide
Card game = playing cards | cards
Poplar = poplar tree
Utensils pot = pot of kitchen utensils
Decorative plant; Indoor plant; Little plant; Plant = potted plant
Pottery ! pottery jar | pot with a lid
Old jar = pottery jug | clay jug
Potty = potty | child's potty
Rounded type C plug; Rounded type E plug; Rounded type G plug ! power socket
Wall double socket; Wall socket ! power socket
Rounded type A plug; Rounded type B plug ! power socket | wall socket | electrical outlet
Inkjet printer and scanner = printer
Punching ball = punching ball | punching bag
Rabbit = rabbit | bunny
Radiator = radiator | heater
Rail crossing = railway barrier | level crossing barrier
Rails = railway track
Hood = range hood | cooker hood
Fridge; Large fridge; Refrigerator = refrigerator | fridge
Cooker ! rice cooker
Motorbike ! ride-on toy motorbike
Roasted chicken = roast chicken
Rock = rock | boulder | stone
Round carpet = round rug | round carpet
Rowboat = rowing boat | rowboat
Sneakers = running shoe
Safe = safe | strongbox
Salt shaker = salt shaker
Sandpit = sandbox | sandpit
Sandwich maker = sandwich maker
Saw = saw | hand saw
Class seat = school desk chair | chair with a writing tablet
Scooter = scooter
CCTV; Surveillance camera = security camera | surveillance camera
Scopia/kitchen_tool1 ! serving spoon | kitchen spoon
Vertical shelves = shelves
Shelves = shelves | shelf
Short = shorts
Shower stall = shower cabin | shower
Siamese cat = siamese cat | cat
Slippers = slippers | flip-flops
Smart car; VW new beetle ! small car | city car
Blue pine under snow; Pine under snow = snowy pine tree | pine tree in the snow
Soap ! soap dispenser | liquid soap
Football goal = soccer goal | football goal
Socket ! sock | striped sock
Sofa 2 seats; Sofa 3 seats; Winchester sofa ! sofa
Convertible sofa BZ = sofa bed
Burlap sofa; Clear sofa; Couch; Rattan sofa; Sofa = sofa | couch
Scopia/kitchen_tool4 ! spaghetti spoon
Scopia/kitchen_tool3 ! spatula | kitchen spatula
Spice tower = spice rack
Spider plant = spider plant
Chevrolet ! sports car
Wall spotlight = spotlight
Small step ladder; Step ladder = step ladder | stepladder
Stereo amplifier = stereo amplifier | amplifier
Speaker = stereo speaker | speaker box
Mini stereo = stereo system | hi-fi
Large stove; Propane stove = stove | kitchen stove | cooker
Classic lamppost; Park light; Street light = street lamp
Stroller = stroller | pushchair | baby buggy
Succulent plant = succulent plant
Sugar = sugar bowl
Suit = suit jacket | jacket of a suit
Suitcase = suitcase | luggage
Beach chair; Pool lounge = sun lounger | beach chair | deck chair
SUV = suv car | suv
Rectangle swimming pool = swimming pool
Child swing = swing set | swing | children's swing
Sycamore maple = sycamore tree | tree in autumn
Black table; Cafe table; Oak table; Technical table; Wooden alder table; Wooden table = table
Wooden teak table = table
Knife = table knife
Lamp; KatorLegaz/pedestal-vase-lamp; Little lamp; Pedestal vase lamp = table lamp
Table with tablecloth = table with a tablecloth
Tablet = tablet computer | tablet
Tatami = tatami mat
Cup = teacup | cup and saucer
Teddy bear = teddy bear | stuffed bear | plush toy
TV = television
TV 16:9; Wall flat TV ! television
Camping tent = tent
Small oven = toaster oven | mini oven
Toilets unit = toilet
Toilet paper dispenser = toilet paper
Towel = towel
Car model = toy car
Cone = traffic cone
Bullet trash can; Dustbin; Park trashcan = trash can | garbage can | dustbin
Treadmill = treadmill | running machine
Table on trestles = trestle table
Truck = truck | lorry
Trunck = trunk | storage chest
Television cabinet = tv cabinet with shelves
TV stand = tv stand | tv cabinet
Upright piano = upright piano | piano
Van = van | delivery van
White lily = vase of lilies | white lilies
Tulips = vase of tulips | tulips in a vase
Scopia/vase5 = vase with dry flowers
Flowers = vase with flowers | vase of flowers
Video projector = video projector | projector
Wall light = wall lamp
Porch light = wall lantern | porch light
Scopia/dining_room = wall unit | bookcase wall
Wardrobe = wardrobe | closet
Small lavatory; Washbasin = washbasin | bathroom sink
Clothes washing machine = washing machine
Water cooler = water dispenser | water cooler
Electric water heater; Gaz water heater = water heater
Abdominal bench = weight bench | gym bench
Wheelbarrow = wheelbarrow | garden cart
Residential trashcan = wheelie bin | garbage bin
White board = whiteboard
Double arched window; Double French window 3 panes; Double French window small panes = window
Double window 3 panes; Double window 4 panes; Double window with large pane = window
Double-hung window; Quadruple arched window; Quadruple French window = window
Quadruple French window 3 panes; Quadruple French window small panes; Sliding window = window
Triple French window; Turn window = window
Lying down female = woman lying down
Sitting female = woman sitting | sitting woman
Female; Holding female = woman standing | standing woman
Wood logs = wood log
Furnace = wood stove
BlendSwap-CC-0/ammoBox ! wooden box | wooden crate
Wood toy ! wooden doll | wooden toy figure
Pallet = wooden pallet | pallet
Yucca = yucca plant
Pedestrian crossing = zebra crossing | pedestrian crossing
"""
