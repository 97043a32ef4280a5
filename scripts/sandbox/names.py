"""Names of nobody: lists of given and family names, nicknames, and the tricky ones.

Given names are ordinary first names; family names are put together from syllables, so that no list
of real people is copied. Nothing here decides who gets which name.
"""


def words(text: str) -> list[str]:
    """The words of a text"""
    return text.split()


FEMALE = words(
    """Abigail Ada Adele Agnes Alexandra Alice Alma Amelia Amy Andrea Angela Anita Anna Annette
    Ariana Astrid Audrey Aurora Beatrice Bella Bethany Bianca Bonnie Brenda Bridget Camila Carla
    Carmen Caroline Cassandra Catherine Cecilia Celeste Charlotte Chloe Christina Clara Claudia
    Cora Daisy Dana Daniela Daphne Deborah Delia Diana Dora Edith Elaine Eleanor Elena Elise
    Elizabeth Ella Eloise Emilia Emma Erica Esther Eva Evelyn Faith Felicia Fiona Flora Frances
    Freya Gabriela Gemma Georgia Gloria Grace Greta Hannah Harriet Hazel Heidi Helen Hope Ida
    Imogen Ingrid Irene Iris Isabel Ivy Jacqueline Jane Jasmine Jennifer Jessica Joan Johanna
    Josephine Joyce Judith Julia Juniper Karen Katherine Kayla Kirsten Laura Lauren Leah Leila
    Lillian Linda Lucia Lucy Lydia Mabel Madeline Margaret Maria Marina Martha Matilda Maya Megan
    Melanie Mia Michelle Mira Miriam Molly Monica Nadia Naomi Natalie Nina Nora Olive Olivia
    Ophelia Paige Pamela Patricia Paula Penelope Petra Phoebe Priya Rachel Rebecca Renata Rita Rosa
    Rosalind Rose Ruby Ruth Sabrina Samantha Sara Selma Sharon Sienna Silvia Sonia Sophia Stella
    Susan Sylvia Tabitha Tamara Tara Teresa Tessa Thea Tina Uma Ursula Valerie Vanessa Vera
    Victoria Violet Vivian Wanda Wendy Willa Winifred Xenia Yara Yasmin Yolanda Zelda Zoe"""
)

MALE = words(
    """Aaron Abel Adam Adrian Aidan Alan Albert Alec Alexander Alfred Amir Amos Andrew Anthony
    Archer Arthur Asher August Barrett Basil Benjamin Bernard Blake Boris Bradley Brandon Brian
    Bruno Caleb Calvin Cameron Carlos Cedric Charles Christopher Clark Clement Clifford Clive Colin
    Conrad Curtis Cyrus Damian Daniel Darius David Dean Declan Dennis Derek Desmond Diego Dominic
    Donald Douglas Duncan Dylan Edgar Edmund Edward Eli Elias Elliot Emil Emmett Enzo Eric Ernest
    Ethan Eugene Evan Ezra Fabian Felix Fergus Finn Floyd Francis Frank Frederick Gabriel Garrett
    Gavin George Gerald Gideon Gilbert Glenn Gordon Graham Grant Gregory Gustav Hank Harold Harvey
    Hector Henry Herbert Howard Hugh Hugo Ian Isaac Ivan Jack Jacob James Jared Jasper Jeffrey
    Jeremy Jerome Joel Jonah Jonathan Jordan Jorge Joseph Joshua Julian Kai Keith Kenneth Kevin
    Kurt Lance Lars Lawrence Leo Leon Leonard Levi Liam Lloyd Louis Lucas Luther Magnus Malcolm
    Marcus Mario Mark Marshall Martin Mason Matthew Maurice Max Michael Miles Milo Mitchell Morgan
    Nathan Neil Nicholas Noah Nolan Oliver Omar Orlando Oscar Otto Owen Pablo Patrick Paul Peter
    Philip Pierce Quentin Rafael Ralph Raymond Reid Richard Robert Roger Roland Roman Rupert
    Russell Samuel Saul Scott Sebastian Seth Simon Spencer Stanley Stephen Stuart Theodore Thomas
    Timothy Tobias Todd Trevor Tristan Vance Victor Vincent Wade Walter Warren Wesley Wilbur
    William Wyatt Xavier Zachary"""
)

_STARTS = words(
    """Ash Alder Bar Beck Birch Black Brad Brook Cald Carr Cham Clay Cole Dal Dray Dun Eld Elm Farn
    Fen Gar Glen Grant Hal Hart Haw Hol Ken Kirk Lang Lin Mar Mead Mill Nor Oak Pem Quin Rad Ridge
    Row Sed Shel Stan Thorn Tre Wake Wex Whit Yar"""
)
_ENDS = words(
    """bourne bridge by cott den ford gate ham ley low man mere ridge ster ton well wick worth"""
)

FAMILY = [
    *(start + end for start in _STARTS for end in _ENDS if not start.lower().endswith(end)),
    *words(
        "Smith Johnson Garcia Martinez Nguyen Brown Davis Lopez Miller Wilson Patel Kim Chen Young"
    ),
]

# given name -> what friends call them, for the nickname case and the nickname error
NICKNAMES = {
    "Abigail": "Abby",
    "Alexander": "Alex",
    "Alexandra": "Lexi",
    "Andrew": "Drew",
    "Anthony": "Tony",
    "Benjamin": "Ben",
    "Bradley": "Brad",
    "Cameron": "Cam",
    "Caroline": "Carrie",
    "Cassandra": "Cassie",
    "Catherine": "Cathy",
    "Charles": "Charlie",
    "Christina": "Chrissy",
    "Christopher": "Chris",
    "Daniel": "Dan",
    "David": "Dave",
    "Deborah": "Debbie",
    "Donald": "Don",
    "Douglas": "Doug",
    "Edward": "Eddie",
    "Eleanor": "Ellie",
    "Elizabeth": "Liz",
    "Frances": "Frankie",
    "Frederick": "Fred",
    "Gabriel": "Gabe",
    "Gabriela": "Gabby",
    "Gregory": "Greg",
    "Harold": "Harry",
    "Isabel": "Izzy",
    "Jacob": "Jake",
    "Jacqueline": "Jackie",
    "James": "Jim",
    "Jeffrey": "Jeff",
    "Jennifer": "Jenny",
    "Jessica": "Jess",
    "Jonathan": "Jon",
    "Joseph": "Joe",
    "Joshua": "Josh",
    "Judith": "Judy",
    "Katherine": "Kate",
    "Kenneth": "Ken",
    "Lawrence": "Larry",
    "Leonard": "Lenny",
    "Lillian": "Lily",
    "Madeline": "Maddie",
    "Margaret": "Maggie",
    "Matthew": "Matt",
    "Michael": "Mike",
    "Natalie": "Nat",
    "Nathan": "Nate",
    "Nicholas": "Nick",
    "Pamela": "Pam",
    "Patricia": "Patty",
    "Patrick": "Pat",
    "Penelope": "Penny",
    "Peter": "Pete",
    "Philip": "Phil",
    "Raymond": "Ray",
    "Rebecca": "Becky",
    "Richard": "Rick",
    "Robert": "Bob",
    "Ronald": "Ron",
    "Rosalind": "Roz",
    "Samantha": "Sam",
    "Samuel": "Sammy",
    "Stephen": "Steve",
    "Susan": "Sue",
    "Teresa": "Terry",
    "Theodore": "Ted",
    "Thomas": "Tom",
    "Timothy": "Tim",
    "Valerie": "Val",
    "Victoria": "Vicky",
    "Vincent": "Vince",
    "Walter": "Walt",
    "William": "Bill",
    "Zachary": "Zach",
}

# (given, family) that break parsers; {} is a family name of the list
TRICKY = [
    ("Mary (Molly)", "{}"),
    ("Deirdre", "O'Bran{lower}"),
    ("Anne-Marie", "{}-{other}"),
    ("Mary Jane", "{}"),
    ("José", "Peña {}"),
    ("GERTRUDE", "{upper}"),
    ("Carla", "From{lower}"),
    ("Joy Remaining", "{}"),
    ("Sunniva{lower}", ""),
    ("Bodil", "from {}"),
]

# twins whose names are one letter apart, and twins whose names are not
TWINS_A_LETTER_APART = [
    ("Jayden", "Kayden"),
    ("Tara", "Tyra"),
    ("Ellis", "Ellie"),
    ("Marlon", "Marlin"),
]
TWINS = [("Noel", "Carol"), ("Castor", "Dioscuro"), ("Rowan", "Linnea"), ("Iggy", "Salome")]

STREETS = words(
    """Juniper Mesquite Limestone Cedar Pecan Bluebonnet Brazos Prairie Sycamore Quarry Windmill
    Heron Cypress Lantern Orchard Granite Saddle Willow Foxglove Harbor"""
)
AREA_CODES = words(
    """254 512 737 210 726 361 409 430 903 432 806 817 682 830 832 713 281 346 915 936 940 956 972
    469 214 979 325 405 539 580 918 501 479 870 318 225 337 504 985 505 575 303 719 720 970 316 620
    785 913 314 417 573 636 660 816"""
)
