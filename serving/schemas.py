"""Bodies of requests and responses, with the examples of the OpenAPI description."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from ..data.distance_measures import Measure
from ..data.qa.qa_pair import QAPair, ScoredQAPair
from ..data.tasks.answer_extraction import ExtractiveAnswer
from ..data.tasks.search_tree import SearchNode
from ..data.tasks.title_generation import Direction

TEXT = "春天来了，小李昨天在北京大学图书馆讲课，来了两百人。"
Count = Annotated[int, Field(ge=1)]
Texts = Annotated[list[str], Field(min_length=1)]
Name = Annotated[str | None, Field(description="Name of a model, see /v1/models; by default the first of the task.")]


class RequestBody(BaseModel):
    """A request: unknown fields, numbers in strings and infinite numbers are refused."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class QuestionOptions(RequestBody):
    """Options of generated questions."""

    model: Name = None
    num_beams: Annotated[int, Field(ge=1, le=16)] = 3
    max_question_length: Count | None = None
    no_repeat_ngram_size: Annotated[int, Field(ge=0)] = 0


class PairsRequest(QuestionOptions):
    """Texts whose pairs to generate; as `textzoo generate qa`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"texts": [TEXT], "num_pairs": 2}]})

    texts: Texts
    num_pairs: Annotated[int, Field(ge=1, le=50)] = 5
    top_p: Annotated[float, Field(gt=0, le=1)] = 0.95
    temperature: Annotated[float, Field(gt=0)] = 1.0
    max_answer_length: Count | None = None
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    align_to_words: bool = True
    filter: Annotated[
        bool | None,
        Field(description="Filter and rank the pairs; texts may then have any length. By default as the model is."),
    ] = None
    round_trip_model: Annotated[str | None, Field(description="Extractive model that must find the answer.")] = None
    min_answer_logprob: float | None = None
    min_question_logprob: float | None = None
    min_round_trip: Annotated[float, Field(ge=0, le=1)] = 0.5
    min_probability: Annotated[
        float | None, Field(ge=0, le=1, description="Of a pair, by the model's pair_quality.json.")
    ] = None
    max_similarity: Annotated[float, Field(ge=-1, le=1)] = 0.9
    stream: Annotated[bool, Field(description="Answer in lines of JSON, each pair as soon as it is known.")] = False


class AnswerPlace(RequestBody):
    """An answer and its start in the text, in code points."""

    text: str
    start: Annotated[int, Field(ge=0)]


class QuestionsRequest(QuestionOptions):
    """Texts with the answers whose questions to generate; as `textzoo generate qa --answers`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"texts": [TEXT], "answers": [["小李", {"text": "两百人", "start": 22}]]}]}
    )

    texts: Texts
    answers: Annotated[list[list[str | AnswerPlace]], Field(description="A list of answers for each text.")]


class TitlesRequest(RequestBody):
    """Texts whose titles to generate; as `textzoo generate title`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"texts": [TEXT]}]})

    model: Name = None
    texts: Texts
    num_beams: Annotated[int, Field(ge=1, le=32)] = 4
    pairing: Literal["rank", "all"] = "rank"
    length_penalty: Annotated[float, Field(ge=0)] = 1.5
    min_title_length: Count = 1
    max_title_length: Count | None = None
    no_repeat_ngram_size: Annotated[int, Field(ge=0)] = 3
    tree: Annotated[bool, Field(description="Return all titles and the search trees of a bidirectional model.")] = False


class Question(RequestBody):
    """A question about a passage."""

    passage: str
    question: str


class AnswersRequest(RequestBody):
    """Questions to answer by a span of their passage."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"questions": [{"passage": TEXT, "question": "谁在讲课？"}]}]}
    )

    model: Name = None
    questions: Annotated[list[Question], Field(min_length=1)]
    max_answer_length: Annotated[int, Field(ge=1, le=512)] = 30


class LabelsRequest(RequestBody):
    """Texts whose labels to predict; as `textzoo predict multilabel`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"texts": [TEXT], "threshold": 0.0}]})

    model: Name = None
    texts: Texts
    threshold: Annotated[
        float | None, Field(description="Logit above which a label is predicted; by default the model's own, or 0.")
    ] = None


class DistancesRequest(RequestBody):
    """Pairs of texts whose distance to compute; as `textzoo compare`."""

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"pairs": [["北京是首都", "首都在北京"]], "measure": "wrd", "plan": True}]}
    )

    pairs: Annotated[list[Annotated[list[str], Field(min_length=2, max_length=2)]], Field(min_length=1)]
    measure: Measure = "wmd"
    plan: Annotated[bool, Field(description="Return the transport plan, of wmd or wrd.")] = False


class SearchRequest(RequestBody):
    """Texts whose neighbors in the index to find; as `textzoo search`."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"queries": ["怎么去北京"], "k": 3}]})

    queries: Texts
    k: Annotated[int, Field(ge=1, le=100)] = 10


class Answered(BaseModel):
    """The model, its engine and the seconds it took."""

    model: str
    engine: str
    seconds: float


class TextPairs(BaseModel):
    """The pairs of a text, best first, and those that the filter rejected."""

    pairs: list[ScoredQAPair | QAPair]
    rejected: list[ScoredQAPair] = []


class PairsResponse(Answered):
    results: list[TextPairs]


class TitleResult(BaseModel):
    """A title."""

    title: str
    score: float
    direction: Direction


class TitleTrees(TitleResult):
    """The best title, all titles, and the search tree of each direction with its drawing as SVG."""

    titles: list[TitleResult] = []
    trees: dict[Direction, list[SearchNode]] = {}
    drawings: dict[Direction, str] = {}


class TitlesResponse(Answered):
    results: list[TitleTrees | TitleResult]


class AnswersResponse(Answered):
    results: list[ExtractiveAnswer]


class LabelsResponse(Answered):
    results: list[dict[str, float]]


class PlanMove(BaseModel):
    """Mass moved from a unit of the first text to one of the second, and its cost per unit of mass."""

    source: int
    target: int
    mass: float
    cost: float


class TransportPlan(BaseModel):
    """A transport plan, and its drawing as HTML."""

    units: list[list[str]]
    moves: list[PlanMove]
    drawing: str


class DistanceResult(BaseModel):
    """A distance."""

    distance: float
    plan: TransportPlan | None = None


class DistancesResponse(Answered):
    results: list[DistanceResult]


class Neighbor(BaseModel):
    """A text of the index."""

    rank: int
    distance: float
    id: Any
    text: str


class SearchResponse(Answered):
    results: list[list[Neighbor]]


class ModelInfo(BaseModel):
    """A model of the service."""

    name: str
    task: str
    engine: str
    decoder: str | None = None
    labels: list[str] | None = None


class ModelsResponse(BaseModel):
    models: list[ModelInfo]
    distances: str | None
    search: str | None
    limits: dict[str, float]


class ErrorResponse(BaseModel):
    """An error: what is wrong, and the cure."""

    error: str
